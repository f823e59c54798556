import type { ReadElement } from './xml-reader.ts';

/** An MPD, as far as rules speak of it. Times in seconds from the broadcast's start, dates in milliseconds since 1970. */
export interface ParsedMpd {
  readonly line: number;
  readonly type: string;
  readonly profiles: readonly string[];
  readonly availabilityStartMs: number;
  readonly publishedAtMs: number;
  readonly durationS: number | undefined;
  readonly minimumUpdatePeriodS: number | undefined;
  readonly timeShiftBufferDepthS: number | undefined;
  readonly suggestedPresentationDelayS: number | undefined;
  readonly maxSegmentDurationS: number | undefined;
  readonly locations: readonly string[];
  readonly targetLatencyMs: number | undefined;
  /** Scheme and URL. */
  readonly clocks: readonly string[];
  readonly periods: readonly ParsedPeriod[];
}

export interface ParsedPeriod {
  readonly line: number;
  readonly id: string | undefined;
  readonly startS: number;
  readonly adaptationSets: readonly ParsedAdaptationSet[];
}

export interface ParsedAdaptationSet {
  readonly line: number;
  readonly contentType: string | undefined;
  readonly referenceTimes: readonly ParsedReferenceTime[];
  readonly representations: readonly ParsedRepresentation[];
}

export interface ParsedReferenceTime {
  readonly line: number;
  readonly id: string | undefined;
  readonly wallClockMs: number;
  readonly presentationTime: number;
  readonly clocks: readonly string[];
}

export interface ParsedRepresentation {
  readonly line: number;
  readonly id: string | undefined;
  readonly template: ParsedTemplate;
}

export interface ParsedTemplate {
  readonly timescale: number;
  readonly duration: number | undefined;
  readonly presentationTimeOffset: number;
  readonly startNumber: number;
  readonly availabilityTimeOffsetS: number | undefined;
  readonly isComplete: boolean;
  readonly initialization: string;
  readonly media: string;
  /** Of a SegmentTimeline: each segment. Empty: there is none. */
  readonly segments: readonly ParsedTimelineSegment[];
}

/** In ticks of its template. */
export interface ParsedTimelineSegment {
  readonly startTicks: number;
  readonly durationTicks: number;
}

/** Reads it out of its root, which the grammar has been checked of. */
export function parseMpd(root: ReadElement): ParsedMpd {
  const of = (name: string) => root.children.filter((child) => child.name === name);
  const latency = of('ServiceDescription').flatMap(({ children }) => children.filter(({ name }) => name === 'Latency'));
  return {
    line: root.line,
    type: root.attributes.get('type') ?? 'static',
    profiles: root.attributes.get('profiles')?.split(',') ?? [],
    availabilityStartMs: Date.parse(root.attributes.get('availabilityStartTime') ?? ''),
    publishedAtMs: Date.parse(root.attributes.get('publishTime') ?? ''),
    durationS: durationS(root, 'mediaPresentationDuration'),
    minimumUpdatePeriodS: durationS(root, 'minimumUpdatePeriod'),
    timeShiftBufferDepthS: durationS(root, 'timeShiftBufferDepth'),
    suggestedPresentationDelayS: durationS(root, 'suggestedPresentationDelay'),
    maxSegmentDurationS: durationS(root, 'maxSegmentDuration'),
    locations: of('Location').map(({ text }) => text),
    targetLatencyMs: latency[0] && numberOf(latency[0], 'target'),
    clocks: clocksOf(root),
    periods: of('Period').map(parsePeriod),
  };
}

function parsePeriod(element: ReadElement): ParsedPeriod {
  const { line, attributes, children } = element;
  return {
    line,
    id: attributes.get('id'),
    startS: durationS(element, 'start') ?? 0,
    adaptationSets: children.filter(({ name }) => name === 'AdaptationSet').map(parseAdaptationSet),
  };
}

function parseAdaptationSet({ line, attributes, children }: ReadElement): ParsedAdaptationSet {
  return {
    line,
    contentType: attributes.get('contentType'),
    referenceTimes: children
      .filter(({ name }) => name === 'ProducerReferenceTime')
      .map((element) => ({
        line: element.line,
        id: element.attributes.get('id'),
        wallClockMs: Date.parse(element.attributes.get('wallClockTime') ?? ''),
        presentationTime: numberOf(element, 'presentationTime') ?? 0,
        clocks: clocksOf(element),
      })),
    representations: children.filter(({ name }) => name === 'Representation').map(parseRepresentation),
  };
}

function parseRepresentation({ line, attributes, children }: ReadElement): ParsedRepresentation {
  const template = children.find(({ name }) => name === 'SegmentTemplate');
  return { line, id: attributes.get('id'), template: parseTemplate(template) };
}

function parseTemplate(element: ReadElement | undefined): ParsedTemplate {
  return {
    timescale: numberOf(element, 'timescale') ?? 1,
    duration: numberOf(element, 'duration'),
    presentationTimeOffset: numberOf(element, 'presentationTimeOffset') ?? 0,
    startNumber: numberOf(element, 'startNumber') ?? 1,
    availabilityTimeOffsetS: numberOf(element, 'availabilityTimeOffset'),
    isComplete: element?.attributes.get('availabilityTimeComplete') !== 'false',
    initialization: element?.attributes.get('initialization') ?? '',
    media: element?.attributes.get('media') ?? '',
    segments: timelineSegments(element),
  };
}

function timelineSegments(template: ReadElement | undefined): ParsedTimelineSegment[] {
  const timeline = template?.children.find(({ name }) => name === 'SegmentTimeline');
  const segments: ParsedTimelineSegment[] = [];
  let nextTicks = 0;
  for (const entry of timeline?.children ?? []) {
    const durationTicks = numberOf(entry, 'd') ?? 0;
    let startTicks = numberOf(entry, 't') ?? nextTicks;
    for (let count = (numberOf(entry, 'r') ?? 0) + 1; count > 0; count -= 1) {
      segments.push({ startTicks, durationTicks });
      startTicks += durationTicks;
    }
    nextTicks = startTicks;
  }
  return segments;
}

function clocksOf({ children }: ReadElement): string[] {
  return children
    .filter(({ name }) => name === 'UTCTiming')
    .map(({ attributes }) => `${attributes.get('schemeIdUri')} ${attributes.get('value')}`);
}

function numberOf(element: ReadElement | undefined, name: string): number | undefined {
  const value = element?.attributes.get(name);
  return value === undefined ? undefined : Number(value);
}

function durationS(element: ReadElement, name: string): number | undefined {
  const [, seconds] = /^PT([0-9.]+)S$/.exec(element.attributes.get(name) ?? '') ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}

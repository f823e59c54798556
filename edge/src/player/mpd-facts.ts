import type { StreamTiming } from './latency-controller.ts';

/** What the page itself wants to know of an MPD; the rest is the player's. */
export interface MpdFacts {
  /** The date of the position 0: ISO/IEC 23009-1 §5.3.1.2, @availabilityStartTime. */
  readonly startMs: number;
  /** Nothing more will come. */
  readonly isStatic: boolean;
  /** The sound leads where it is alone. */
  readonly leading: 'video' | 'audio';
  /** Segments are sent while they are made. */
  readonly hasParts: boolean;
  readonly partsPerSegment: number;
  /** Absent while no media is listed. */
  readonly timing: StreamTiming | undefined;
  /** How far behind the live edge a player begins that is not told otherwise: @suggestedPresentationDelay. */
  readonly presentationDelayS: number;
}

/** Reads them out of an MPD of our edge, whose text is known to be regular. `undefined`: it is another one. */
export function mpdFacts(text: string): MpdFacts | undefined {
  const startMs = Date.parse(/ availabilityStartTime="([^"]+)"/.exec(text)?.[1] ?? '');
  if (Number.isNaN(startMs)) return undefined;
  const template = /<SegmentTemplate [^>]+>/.exec(text)?.[0] ?? '';
  const presentationDelayS = Number(/ suggestedPresentationDelay="PT([0-9.]+)S"/.exec(text)?.[1] ?? 0);
  const segmentS = numberIn(template, 'duration') / numberIn(template, 'timescale');
  const timing = timingOf(text, { template, segmentS, presentationDelayS });
  return {
    startMs,
    isStatic: text.includes(' type="static"'),
    leading: text.includes(' contentType="video"') ? 'video' : 'audio',
    hasParts: template.includes(' availabilityTimeOffset='),
    partsPerSegment: timing === undefined ? 1 : Math.round(segmentS / timing.partTargetS),
    timing,
    presentationDelayS,
  };
}

interface TimingInput {
  readonly template: string;
  readonly segmentS: number;
  readonly presentationDelayS: number;
}

function timingOf(text: string, { template, segmentS, presentationDelayS }: TimingInput): StreamTiming | undefined {
  const offsetS = numberIn(template, 'availabilityTimeOffset');
  const target = /<Latency [^>]+>/.exec(text)?.[0] ?? '';
  const holdBackS = numberIn(target, 'target') / 1_000;
  if (Number.isNaN(segmentS)) return undefined;
  if (Number.isNaN(offsetS) || Number.isNaN(holdBackS)) {
    // The edge that is seen is where whole segments end, and Shaka asks for one when the next one is whole, too.
    return { partTargetS: segmentS, holdBackS: Math.max(segmentS, presentationDelayS - segmentS) };
  }
  return { partTargetS: segmentS - offsetS, holdBackS };
}

function numberIn(element: string, attribute: string): number {
  return Number(new RegExp(` ${attribute}="([0-9.]+)"`).exec(element)?.[1] ?? Number.NaN);
}

import type { ViolationList } from '../playlist-check/violation.ts';
import type { ReadElement } from './xml-reader.ts';

/** xs:dateTime in UTC with milliseconds; xs:duration in seconds; and the simple types of the schema. */
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/;
const DURATION = /^PT[0-9]+(\.[0-9]+)?S$/;
const UINT = /^(0|[1-9][0-9]*)$/;
const DOUBLE = /^[0-9]+(\.[0-9]+)?$/;
const BOOLEAN = /^(true|false)$/;
const RATIO = /^[0-9]+:[0-9]+$/;
const FRAME_RATE = /^[0-9]+(\/[1-9][0-9]*)?$/;
const URI = /^[^\s]+$/;
const ID = /^[^\s]+$/;
const TEXT = /^.+$/;

interface ElementGrammar {
  /** `!` behind the name: it must be there. */
  readonly attributes: Readonly<Record<string, RegExp>>;
  /** In this order; `*`: any number, `+`: at least one, else at most one. */
  readonly children: readonly string[];
  readonly isText?: true;
}

const DESCRIPTOR = { attributes: { 'schemeIdUri!': URI, value: TEXT }, children: [] } as const;

/** The part of ISO/IEC 23009-1's schema (DASH-MPD.xsd) that our MPDs use: names, types, order. */
const GRAMMAR: Readonly<Record<string, ElementGrammar>> = {
  MPD: {
    attributes: {
      'xmlns!': /^urn:mpeg:dash:schema:mpd:2011$/,
      'profiles!': URI,
      type: /^(static|dynamic)$/,
      availabilityStartTime: DATE,
      publishTime: DATE,
      mediaPresentationDuration: DURATION,
      minimumUpdatePeriod: DURATION,
      'minBufferTime!': DURATION,
      timeShiftBufferDepth: DURATION,
      suggestedPresentationDelay: DURATION,
      maxSegmentDuration: DURATION,
    },
    children: ['Location*', 'ServiceDescription*', 'Period+', 'UTCTiming*'],
  },
  Location: { attributes: {}, children: [], isText: true },
  ServiceDescription: { attributes: { id: UINT }, children: ['Latency*', 'PlaybackRate*'] },
  Latency: { attributes: { referenceId: UINT, target: UINT, max: UINT, min: UINT }, children: [] },
  PlaybackRate: { attributes: { min: DOUBLE, max: DOUBLE }, children: [] },
  UTCTiming: DESCRIPTOR,
  Role: DESCRIPTOR,
  AudioChannelConfiguration: DESCRIPTOR,
  Period: { attributes: { id: ID, start: DURATION, duration: DURATION }, children: ['AdaptationSet+'] },
  AdaptationSet: {
    attributes: {
      id: UINT,
      contentType: /^(audio|video)$/,
      mimeType: /^(audio|video)\/mp4$/,
      lang: /^[a-zA-Z]{2,8}$/,
      maxWidth: UINT,
      maxHeight: UINT,
      maxFrameRate: FRAME_RATE,
      segmentAlignment: BOOLEAN,
      startWithSAP: /^[0-6]$/,
    },
    children: ['ProducerReferenceTime*', 'Role*', 'Representation+'],
  },
  ProducerReferenceTime: {
    attributes: { 'id!': UINT, type: /^(encoder|captured)$/, 'wallClockTime!': DATE, 'presentationTime!': UINT },
    children: ['UTCTiming'],
  },
  Representation: {
    attributes: {
      'id!': ID,
      'bandwidth!': UINT,
      codecs: TEXT,
      width: UINT,
      height: UINT,
      sar: RATIO,
      frameRate: FRAME_RATE,
      scanType: /^progressive$/,
      audioSamplingRate: UINT,
    },
    children: ['AudioChannelConfiguration*', 'SegmentTemplate'],
  },
  SegmentTemplate: {
    attributes: {
      timescale: UINT,
      duration: UINT,
      presentationTimeOffset: UINT,
      startNumber: UINT,
      availabilityTimeOffset: DOUBLE,
      availabilityTimeComplete: BOOLEAN,
      initialization: URI,
      media: URI,
    },
    children: ['SegmentTimeline'],
  },
  SegmentTimeline: { attributes: {}, children: ['S+'] },
  S: { attributes: { t: UINT, 'd!': UINT, r: UINT }, children: [] },
};

/** Lists what the schema does not allow, in the element and all that is in it, as violations of `XSD`. */
export function checkGrammar(element: ReadElement, violations: ViolationList): void {
  const grammar = GRAMMAR[element.name];
  if (grammar === undefined) {
    violations.add('XSD', element.line, `<${element.name}> is not known`);
    return;
  }
  checkAttributes(element, grammar, violations);
  checkChildren(element, grammar, violations);
  for (const child of element.children) checkGrammar(child, violations);
}

function checkAttributes({ name, line, attributes }: ReadElement, grammar: ElementGrammar, violations: ViolationList) {
  const types = new Map(Object.entries(grammar.attributes).map(([key, type]) => [key.replace('!', ''), type]));
  for (const [key, value] of attributes) {
    violations.expect(types.get(key)?.test(value) === true, 'XSD', line, `${name}@${key}="${value}"`);
  }
  for (const key of Object.keys(grammar.attributes).filter((each) => each.endsWith('!'))) {
    violations.expect(attributes.has(key.slice(0, -1)), 'XSD', line, `${name} without @${key.slice(0, -1)}`);
  }
}

function checkChildren(
  { name, line, children, text }: ReadElement,
  grammar: ElementGrammar,
  violations: ViolationList,
) {
  violations.expect((text !== '') === (grammar.isText ?? false), 'XSD', line, `text in ${name}`);
  let place = 0;
  for (const rule of grammar.children) {
    const child = rule.replace(/[*+]$/, '');
    const first = place;
    while (children[place]?.name === child) place += 1;
    const count = place - first;
    violations.expect(count <= 1 || rule !== child, 'XSD', line, `${name} has ${count} of ${child}`);
    violations.expect(count > 0 || !rule.endsWith('+'), 'XSD', line, `${name} has no ${child}`);
  }
  const rest = children[place];
  violations.expect(rest === undefined, 'XSD', rest?.line ?? line, `${rest?.name} where ${name} does not allow it`);
}

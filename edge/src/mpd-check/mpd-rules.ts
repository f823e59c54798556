import type { ViolationList } from '../playlist-check/violation.ts';
import type { ParsedAdaptationSet, ParsedMpd, ParsedPeriod, ParsedRepresentation } from './parsed-mpd.ts';

const LOW_LATENCY_PROFILE = 'http://www.dashif.org/guidelines/low-latency-live-v5';
const CLOCK_SCHEME = /^urn:mpeg:dash:utc:http-(xsdate|iso|ntp):2014 /;
/** Durations are printed with nine digits. */
const CLOSE_S = 0.000_001;
/** Dates are printed in milliseconds. */
const CLOSE_MS = 1;

/** The rules B60 to B70 of docs/HLS-RULES.md that one MPD shows by itself. */
export function checkMpdRules(mpd: ParsedMpd, violations: ViolationList): void {
  const { line } = mpd;
  violations.expect(!Number.isNaN(mpd.availabilityStartMs), 'B60', line, 'no @availabilityStartTime');
  violations.expect(!Number.isNaN(mpd.publishedAtMs), 'B60', line, 'no @publishTime');
  const isEnded = mpd.durationS !== undefined;
  violations.expect(mpd.type === (isEnded ? 'static' : 'dynamic'), 'B60', line, `${mpd.type}, with or without an end`);
  for (const each of [mpd.minimumUpdatePeriodS, mpd.timeShiftBufferDepthS]) {
    violations.expect(isEnded === (each === undefined), 'B60', line, 'what has ended has no updates and no live edge');
  }
  violations.expect(mpd.clocks.length > 0, 'B65', line, 'no UTCTiming');
  for (const clock of mpd.clocks) {
    violations.expect(CLOCK_SCHEME.test(clock) && isRelative(clock.split(' ')[1]), 'B65', line, `clock ${clock}`);
  }
  violations.expect(mpd.suggestedPresentationDelayS !== undefined, 'B67', line, 'no @suggestedPresentationDelay');
  for (const uri of mpd.locations) violations.expect(isRelative(uri.split('?')[0]), 'B70', line, `Location ${uri}`);
  checkPeriods(mpd, violations);
  if (isLowLatency(mpd)) checkLowLatency(mpd, violations);
}

function isLowLatency({ periods }: ParsedMpd): boolean {
  return periods.flatMap(representations).some(({ template }) => template.availabilityTimeOffsetS !== undefined);
}

function representations({ adaptationSets }: ParsedPeriod): ParsedRepresentation[] {
  return adaptationSets.flatMap((set) => set.representations);
}

function checkPeriods(mpd: ParsedMpd, violations: ViolationList): void {
  const ids = mpd.periods.map(({ id }) => id);
  violations.expect(new Set(ids).size === ids.length && !ids.includes(undefined), 'B60', mpd.line, 'Period@id');
  mpd.periods.forEach((period, index) => {
    const before = mpd.periods[index - 1];
    violations.expect(before === undefined || before.startS < period.startS, 'B60', period, 'Period@start');
    for (const each of representations(period)) checkTemplate(mpd, period, each, violations);
  });
}

function checkTemplate(
  mpd: ParsedMpd,
  { startS }: ParsedPeriod,
  { id, line, template }: ParsedRepresentation,
  violations: ViolationList,
): void {
  const { timescale, duration = 0, presentationTimeOffset, startNumber, media, initialization } = template;
  const is = (rule: string, holds: boolean, what: string) => violations.expect(holds, rule, line, `${id}: ${what}`);
  is('B60', isClose(presentationTimeOffset / timescale, startS), 'time in the Period is not that of the media');
  is('B61', duration > 0 && media.includes('$Number$'), 'no @duration with $Number$');
  is('B61', (startNumber - 1) * duration === presentationTimeOffset, '$Number$ is not the msn');
  is('B61', isClose(duration / timescale, mpd.maxSegmentDurationS ?? 0), 'segments are not all equally long');
  const [, version] = /init-([0-9]+)\.mp4$/.exec(initialization) ?? [];
  is('B60', media.endsWith(`?init=${version}`), 'media is not bound to its init segment');
  is('B70', isRelative(media.split('?')[0]) && isRelative(initialization), 'URLs are not relative');
  is('B62', template.isComplete === (template.availabilityTimeOffsetS === undefined), '@availabilityTimeComplete');
}

function checkLowLatency(mpd: ParsedMpd, violations: ViolationList): void {
  const { line, targetLatencyMs = 0, maxSegmentDurationS = 0 } = mpd;
  const templates = mpd.periods.flatMap(representations).map(({ template }) => template);
  const offsets = new Set(templates.map(({ availabilityTimeOffsetS }) => availabilityTimeOffsetS));
  const [offsetS = 0] = offsets;
  violations.expect(offsets.size === 1 && offsetS > 0, 'B62', line, '@availabilityTimeOffset differs');
  violations.expect(offsetS < maxSegmentDurationS, 'B62', line, '@availabilityTimeOffset is a segment long');
  violations.expect(targetLatencyMs > 0, 'B66', line, 'no Latency@target');
  violations.expect(mpd.profiles.includes(LOW_LATENCY_PROFILE), 'B66', line, 'the profile is not told');
  const sets = mpd.periods.flatMap((period) => period.adaptationSets.map((set) => ({ period, set })));
  const ids = sets.flatMap(({ set }) => set.referenceTimes.map(({ id }) => id));
  violations.expect(new Set(ids).size === ids.length, 'B66', line, 'ProducerReferenceTime@id is not unique');
  for (const { period, set } of sets) checkReferenceTimes(mpd, period, set, violations);
}

function checkReferenceTimes(
  mpd: ParsedMpd,
  { startS }: ParsedPeriod,
  { line, referenceTimes, representations: [first] }: ParsedAdaptationSet,
  violations: ViolationList,
): void {
  violations.expect(referenceTimes.length > 0, 'B66', line, 'no ProducerReferenceTime');
  for (const time of referenceTimes) {
    const offMs = Math.abs(time.wallClockMs - mpd.availabilityStartMs - startS * 1_000);
    violations.expect(offMs <= CLOSE_MS, 'B66', time, 'another time than the Period has');
    const offset = first?.template.presentationTimeOffset;
    violations.expect(time.presentationTime === offset, 'B66', time, 'not of the first sample of the Period');
    violations.expect(time.clocks.join() === mpd.clocks.join(), 'B66', time, 'another UTCTiming than the MPD');
  }
}

function isClose(one: number, other: number): boolean {
  return Math.abs(one - other) < CLOSE_S;
}

/** It keeps whatever prefix a viewer came by, and nothing of one viewer's. */
function isRelative(uri = ''): boolean {
  return uri !== '' && !/^(\/|[a-z]+:)/.test(uri) && !/[?#]|\.\./.test(uri);
}

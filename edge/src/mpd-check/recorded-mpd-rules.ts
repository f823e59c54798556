import type { ViolationList } from '../playlist-check/violation.ts';
import type { ParsedMpd, ParsedPeriod, ParsedRepresentation } from './parsed-mpd.ts';

/** Durations are printed with nine digits. */
const CLOSE_S = 0.000_001;
/** Sound may be cut a frame of 1024 samples before the picture. */
const FRAME_S = 0.022;

/** The rule C81 of docs/HLS-RULES.md: the MPD of a recording. */
export function checkRecordedRules(mpd: ParsedMpd, violations: ViolationList): void {
  const { line, durationS, periods } = mpd;
  const is = (holds: boolean, what: string) => violations.expect(holds, 'C81', line, what);
  is(mpd.type === 'static' && durationS !== undefined, 'a recording is static and has a duration');
  is(mpd.minimumUpdatePeriodS === undefined && mpd.timeShiftBufferDepthS === undefined, 'a live edge');
  is(periods[0]?.startS === 0, 'it does not begin at zero');
  periods.forEach((period, index) => {
    const endS = periods[index + 1]?.startS ?? durationS ?? 0;
    violations.expect(period.startS < endS, 'C81', period, 'Period@start');
    const all = period.adaptationSets.flatMap(({ representations }) => representations);
    for (const each of all) checkRepresentation(period, each, { endS, maxS: mpd.maxSegmentDurationS ?? 0, violations });
  });
}

interface Checking {
  readonly endS: number;
  readonly maxS: number;
  readonly violations: ViolationList;
}

function checkRepresentation(
  { id: periodId, startS }: ParsedPeriod,
  { id, line, template }: ParsedRepresentation,
  { endS, maxS, violations }: Checking,
): void {
  const { timescale, duration, presentationTimeOffset, segments, media, initialization } = template;
  const is = (holds: boolean, what: string) => violations.expect(holds, 'C81', line, `${id}: ${what}`);
  is(duration === undefined && segments.length > 0, 'segments are not listed one by one');
  is(media.endsWith('/$Number$.m4s'), 'media is not numbered');
  is(String(template.startNumber) === periodId, '$Number$ does not begin with the msn of the Period');
  const [directory] = media.split('$Number$');
  is(new RegExp(`^${directory}init-[0-9]+\\.mp4$`).test(initialization), 'another rendition\u2019s init segment');
  is(/^\.\.\/\.\.\/live\/|^https?:/.test(media), 'it is not where it always was');
  const [first] = segments;
  is((first?.startTicks ?? 0) >= presentationTimeOffset, 'media of before the Period');
  is((first?.startTicks ?? 0) - presentationTimeOffset <= FRAME_S * timescale, 'the Period begins with a hole');
  segments.forEach((segment, index) => {
    const before = segments[index - 1];
    const gapTicks = before === undefined ? 0 : segment.startTicks - before.startTicks - before.durationTicks;
    is(Math.abs(gapTicks) <= FRAME_S * timescale, 'a hole within a Period');
    is(segment.durationTicks <= (maxS + FRAME_S) * timescale, 'a segment is too long');
  });
  const last = segments.at(-1);
  const lastEndS = last === undefined ? 0 : (last.startTicks + last.durationTicks - presentationTimeOffset) / timescale;
  is(startS + lastEndS <= endS + FRAME_S + CLOSE_S, 'media of after the Period');
}

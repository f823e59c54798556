import { type Violation, ViolationList } from '../playlist-check/violation.ts';
import type { ParsedMpd, ParsedPeriod } from './parsed-mpd.ts';

/** What must hold from one MPD of a broadcast to a later one (HLS-RULES.md B60; ISO/IEC 23009-1 §5.4). */
export function checkMpdSuccession(before: ParsedMpd, after: ParsedMpd): readonly Violation[] {
  const violations = new ViolationList();
  const { line } = after;
  violations.expect(after.availabilityStartMs === before.availabilityStartMs, 'B60', line, 'another start');
  violations.expect(after.publishedAtMs >= before.publishedAtMs, 'B60', line, '@publishTime goes back');
  violations.expect(before.durationS === undefined || after.durationS === before.durationS, 'B60', line, 'goes on');
  const [first] = after.periods;
  const stays = before.periods.filter(({ startS }) => startS >= (first?.startS ?? 0));
  stays.forEach((period, index) => {
    const same = after.periods[index];
    const isSame = same !== undefined && shape(same) === shape(period);
    violations.expect(isSame, 'B60', same?.line ?? line, `Period ${period.id} has changed`);
  });
  return violations.found;
}

/** All that may not change of a Period. */
function shape({ id, startS, adaptationSets }: ParsedPeriod): string {
  const sets = adaptationSets.map(({ contentType, referenceTimes, representations }) => ({
    contentType,
    referenceTimes: referenceTimes.map(({ line: _, ...time }) => time),
    representations: representations.map(({ id: representationId, template }) => ({ representationId, template })),
  }));
  return JSON.stringify({ id, startS, sets });
}

import { checkDateRangeSuccession } from './date-range-rules.ts';
import type { ParsedMediaPlaylist, ParsedSegment } from './parsed-playlist.ts';
import { type Violation, ViolationList } from './violation.ts';

/** The rules that a media playlist must keep towards an earlier version of itself (rfc8216bis §6.2.1, §6.2.2). */
export function checkSuccession(before: ParsedMediaPlaylist, after: ParsedMediaPlaylist): readonly Violation[] {
  const violations = new ViolationList();
  violations.expect(before.targetDurationS === after.targetDurationS, 'A1.4', 0, 'EXT-X-TARGETDURATION changed');
  violations.expect(before.partTargetS === after.partTargetS, 'A1.5', 0, 'PART-TARGET changed');
  const controls = [before, after].map((playlist) => JSON.stringify([...(playlist.serverControl ?? [])]));
  violations.expect(controls[0] === controls[1], 'A1.5', 0, 'EXT-X-SERVER-CONTROL changed');
  violations.expect(!before.isEnded || after.isEnded, 'A1.19', 0, 'went on after EXT-X-ENDLIST');
  violations.expect(after.mediaSequence >= before.mediaSequence, 'A1.20', 0, 'EXT-X-MEDIA-SEQUENCE decreased');
  violations.expect(
    (after.discontinuitySequence ?? 0) >= (before.discontinuitySequence ?? 0),
    'A1.20',
    0,
    'EXT-X-DISCONTINUITY-SEQUENCE decreased',
  );
  checkSegments(before, after, violations);
  checkHint(before, after, violations);
  checkDateRangeSuccession(before, after, violations);
  return violations.found;
}

function checkSegments(before: ParsedMediaPlaylist, after: ParsedMediaPlaylist, violations: ViolationList): void {
  const later = new Map(after.segments.map((segment) => [segment.msn, segment]));
  for (const segment of before.segments) {
    if (segment.msn < after.mediaSequence) continue;
    const same = later.get(segment.msn);
    if (same === undefined) violations.add('A2.21', 0, `segment ${segment.msn} vanished, and not from the front`);
    else checkSameSegment(segment, same, violations);
  }
}

function checkSameSegment(before: ParsedSegment, after: ParsedSegment, violations: ViolationList): void {
  const name = `segment ${before.msn}`;
  violations.expect(before.uri === undefined || before.uri === after.uri, 'A2.21', after, `${name} has another URI`);
  violations.expect(
    before.uri === undefined || before.durationS === after.durationS,
    'A2.21',
    after,
    `${name} has another EXTINF`,
  );
  violations.expect(before.mapUri === after.mapUri, 'A2.21', after, `${name} has another EXT-X-MAP`);
  violations.expect(
    before.discontinuityNumber === after.discontinuityNumber,
    'A2.22',
    after,
    `${name} has another discontinuity number`,
  );
  violations.expect(
    before.programDateTimeMs === after.programDateTimeMs,
    'A1.17',
    after,
    `${name} has another PROGRAM-DATE-TIME`,
  );
  if (after.parts.length === 0 && after.uri !== undefined) return;
  before.parts.forEach((part, index) => {
    const same = after.parts[index];
    const isSame = same !== undefined && same.uri === part.uri && same.durationS === part.durationS;
    violations.expect(isSame, 'A2.21', after, `part ${index} of ${name} changed or vanished`);
  });
}

/** rfc8216bis §4.4.5.3: what was hinted is what comes, unless nothing more comes. */
function checkHint(before: ParsedMediaPlaylist, after: ParsedMediaPlaylist, violations: ViolationList): void {
  const hint = before.hints.find(({ type }) => type === 'PART');
  if (hint === undefined) return;
  const known = new Set(before.segments.flatMap((segment) => segment.parts.map((part) => part.uri)));
  const last = before.segments.at(-1);
  const hintedMsn = last?.uri === undefined ? (last?.msn ?? 0) : last.msn + 1;
  const hinted = after.segments.find(({ msn }) => msn === hintedMsn);
  // So much came at once that the parts of that segment are not listed any more.
  if (hintedMsn < after.mediaSequence || (hinted?.uri !== undefined && hinted.parts.length === 0)) return;
  const firstNew = after.segments
    .filter(({ msn }) => msn >= hintedMsn)
    .flatMap((segment) => segment.parts)
    .find((part) => !known.has(part.uri));
  // rfc8216bis §6.2.6: what was hinted may turn out not to come; what comes instead is a gap, or of other encoders.
  if (firstNew?.isGap === true) return;
  const ofNew = after.segments.find(({ parts }) => parts.some((part) => part === firstNew));
  if (ofNew !== undefined && ofNew.discontinuityNumber > (last?.discontinuityNumber ?? 0)) return;
  if (firstNew !== undefined) {
    violations.expect(firstNew.uri === hint.uri, 'A5.41', firstNew, `after the hint ${hint.uri} came ${firstNew.uri}`);
    const mapUri = before.hints.find(({ type }) => type === 'MAP')?.uri ?? last?.mapUri;
    violations.expect(ofNew?.mapUri === mapUri, 'A5.41', firstNew, `it came under ${ofNew?.mapUri}, not ${mapUri}`);
  } else if (!after.isEnded && after.segments.at(-1)?.msn === before.segments.at(-1)?.msn) {
    violations.expect(
      after.hints.some(({ uri }) => uri === hint.uri),
      'A5.41',
      0,
      'the hint changed without its part',
    );
  }
}

import { decimalValue, isAtLeastTimes } from './attribute-list.ts';
import { checkDateRanges } from './date-range-rules.ts';
import type { ParsedMediaPlaylist, ParsedPart, ParsedSegment } from './parsed-playlist.ts';
import { checkRecorded } from './recorded-rules.ts';
import { checkSkip } from './skip-rules.ts';
import { checkSources } from './source-rules.ts';
import type { ViolationList } from './violation.ts';

/** Printed durations are whole microseconds: parts are printed up to one too long, segments too short (ADR 0011, 0016). */
const PRINTED_STEP_S = 1e-6;
/** EXT-X-PROGRAM-DATE-TIME has milliseconds. */
const DATE_STEP_MS = 1;
/** rfc8216bis §4.4.4.9. */
const PART_SHARE_MIN = 0.85;

/** The rules that one media playlist must keep by itself. */
export function checkMediaRules(playlist: ParsedMediaPlaylist, violations: ViolationList): void {
  checkHeader(playlist, violations);
  checkHoldBacks(playlist, violations);
  for (const segment of playlist.segments) checkSegment(playlist, segment, violations);
  checkSources(playlist, violations);
  checkDates(playlist, violations);
  checkEnd(playlist, violations);
  checkPartReach(playlist, violations);
  checkSkip(playlist, violations);
  checkDateRanges(playlist, violations);
  checkWindow(playlist, violations);
}

function checkHeader(playlist: ParsedMediaPlaylist, violations: ViolationList): void {
  const { version, targetDurationS, segments } = playlist;
  violations.expect(
    targetDurationS !== undefined && targetDurationS >= 1,
    'A1.1',
    0,
    'no EXT-X-TARGETDURATION of 1 up',
  );
  violations.expect(playlist.mediaSequence >= 1, 'A1.20', 0, 'EXT-X-MEDIA-SEQUENCE is missing or 0');
  violations.expect(version !== undefined && version >= 6, 'A1.3', 0, 'EXT-X-MAP needs EXT-X-VERSION 6');
  violations.expect(playlist.isIndependentSegments, 'A1.15', 0, 'no EXT-X-INDEPENDENT-SEGMENTS');
  const { playlistType } = playlist;
  violations.expect([undefined, 'VOD'].includes(playlistType), 'A1.19', 0, `EXT-X-PLAYLIST-TYPE:${playlistType}`);
  if (playlistType !== undefined) checkRecorded(playlist, violations);
  const hasDiscontinuity = segments.some((segment) => segment.discontinuityNumber > 0);
  violations.expect(
    !hasDiscontinuity || playlist.discontinuitySequence !== undefined,
    'A2.22',
    0,
    'EXT-X-DISCONTINUITY without EXT-X-DISCONTINUITY-SEQUENCE',
  );
}

function checkHoldBacks(playlist: ParsedMediaPlaylist, violations: ViolationList): void {
  const { serverControl, partTargetS, targetDurationS = 0 } = playlist;
  if (serverControl === undefined) {
    violations.expect(partTargetS === undefined, 'A1.1', 0, 'EXT-X-PART-INF without EXT-X-SERVER-CONTROL');
    return;
  }
  const partHoldBackS = decimalValue(serverControl, 'PART-HOLD-BACK');
  const holdBackS = decimalValue(serverControl, 'HOLD-BACK');
  const skipUntilS = decimalValue(serverControl, 'CAN-SKIP-UNTIL');
  if (partTargetS !== undefined) {
    violations.expect(partHoldBackS !== undefined, 'A1.1', 0, 'parts without PART-HOLD-BACK');
    violations.expect(
      isAtLeastTimes(partHoldBackS ?? 0, 3, partTargetS),
      'A1.8',
      0,
      'PART-HOLD-BACK under 3 part targets',
    );
  }
  violations.expect((holdBackS ?? Infinity) >= 3 * targetDurationS, 'A1.8', 0, 'HOLD-BACK under 3 target durations');
  violations.expect(
    (skipUntilS ?? Infinity) >= 6 * targetDurationS,
    'A1.9',
    0,
    'CAN-SKIP-UNTIL under 6 target durations',
  );
}

function checkSegment(playlist: ParsedMediaPlaylist, segment: ParsedSegment, violations: ViolationList): void {
  const { targetDurationS = 0, partTargetS } = playlist;
  const { parts, durationS } = segment;
  violations.expect(Math.round(durationS) <= targetDurationS, 'A1.4', segment, `${durationS} s is over the target`);
  violations.expect(segment.programDateTimeMs !== undefined, 'A1.16', segment, 'segment without PROGRAM-DATE-TIME');
  violations.expect(!/[?&]_HLS_/.test(segment.uri ?? ''), 'A2.21', segment, 'a directive in a segment URI');
  if (parts.length === 0) return;
  violations.expect(partTargetS !== undefined, 'A1.1', segment, 'parts without EXT-X-PART-INF');
  parts.forEach((part, index) => {
    checkPart(
      part,
      { isLast: segment.uri !== undefined && index === parts.length - 1, next: parts[index + 1] },
      partTargetS ?? 0,
      violations,
    );
  });
  violations.expect(
    parts[0]?.isIndependent === true || parts[0]?.isGap === true,
    'A1.15',
    segment,
    'the first part is not independent',
  );
  if (segment.uri === undefined) return;
  const sumS = parts.reduce((sum, part) => sum + part.durationS, 0);
  const isWhole = Math.abs(sumS - durationS) <= (2 * parts.length + 2) * PRINTED_STEP_S;
  violations.expect(isWhole, 'A1.13', segment, `parts add up to ${sumS}, not ${durationS}`);
  const hasGapPart = parts.some((part) => part.isGap);
  violations.expect(!hasGapPart || segment.isGap, 'A2.23', segment, 'a part is a gap and its segment is not');
}

function checkPart(
  part: ParsedPart,
  place: { readonly isLast: boolean; readonly next: ParsedPart | undefined },
  partTargetS: number,
  violations: ViolationList,
): void {
  violations.expect(part.durationS <= partTargetS, 'A1.6', part, `${part.durationS} s is over the part target`);
  // The last listed part of an open segment may yet turn out to be its final one.
  const mayBeShort = part.isIndependent || part.isGap || place.isLast || place.next === undefined || place.next.isGap;
  violations.expect(
    mayBeShort || part.durationS >= PART_SHARE_MIN * partTargetS - PRINTED_STEP_S,
    'A1.7',
    part,
    `${part.durationS} s is under 85 % of the part target`,
  );
  violations.expect(!/[?&]_HLS_/.test(part.uri), 'A2.21', part, 'a directive in a part URI');
}

function checkDates(playlist: ParsedMediaPlaylist, violations: ViolationList): void {
  playlist.segments.forEach((segment, index) => {
    const before = playlist.segments[index - 1];
    if (before === undefined || before.discontinuityNumber !== segment.discontinuityNumber) return;
    if (before.programDateTimeMs === undefined || segment.programDateTimeMs === undefined) return;
    const errorMs = segment.programDateTimeMs - before.programDateTimeMs - before.durationS * 1_000;
    violations.expect(Math.abs(errorMs) <= DATE_STEP_MS, 'A1.17', segment, `its date is off by ${errorMs} ms`);
  });
}

function checkEnd(playlist: ParsedMediaPlaylist, violations: ViolationList): void {
  const { hints, partTargetS, isEnded, segments } = playlist;
  const partHints = hints.filter((hint) => hint.type === 'PART');
  if (isEnded) {
    violations.expect(hints.length === 0, 'A1.19', hints[0] ?? 0, 'a hint in an ended playlist');
    violations.expect(
      segments.at(-1)?.uri !== undefined || segments.length === 0,
      'A1.19',
      0,
      'ended with an open segment',
    );
    return;
  }
  if (partTargetS === undefined) return;
  violations.expect(partHints.length === 1, 'A5.41', 0, `${partHints.length} part hints instead of one`);
  violations.expect(hints.length - partHints.length <= 1, 'A5.41', 0, 'more than one MAP hint');
  const [hint] = partHints;
  const isListed = segments.some((segment) => segment.parts.some((part) => part.uri === hint?.uri));
  violations.expect(!isListed, 'A5.41', hint ?? 0, 'the hinted part is already listed');
}

function checkPartReach(playlist: ParsedMediaPlaylist, violations: ViolationList): void {
  const { segments, partTargetS, targetDurationS = 0, serverControl } = playlist;
  if (partTargetS === undefined) return;
  const reachS = 3 * targetDurationS + 1e-3;
  const partHoldBackS = (serverControl && decimalValue(serverControl, 'PART-HOLD-BACK')) ?? 0;
  let fromEndS = 0;
  let coveredS = 0;
  let isCovering = true;
  for (const segment of segments.toReversed()) {
    fromEndS += segment.durationS;
    isCovering &&= segment.parts.length > 0;
    if (isCovering) coveredS += segment.durationS;
    const isFar = fromEndS - (segment.parts[0]?.durationS ?? 0) > reachS;
    violations.expect(segment.parts.length === 0 || !isFar, 'A2.25', segment, 'parts over 3 target durations back');
  }
  const isEnough = coveredS >= Math.min(partHoldBackS, fromEndS) - 1e-3;
  violations.expect(isEnough, 'A2.25', 0, `parts reach back ${coveredS} s, PART-HOLD-BACK is ${partHoldBackS} s`);
}

/** rfc8216bis §6.2.2: what is left when segments have been removed. */
function checkWindow(
  { segments, mediaSequence, targetDurationS = 0, isEnded, skip }: ParsedMediaPlaylist,
  violations: ViolationList,
): void {
  if (mediaSequence <= 1 || isEnded || skip !== undefined) return;
  const wholeS = segments.filter(({ uri }) => uri !== undefined).reduce((sum, { durationS }) => sum + durationS, 0);
  violations.expect(wholeS >= 3 * targetDurationS, 'A1.18', 0, `a window of ${wholeS} s`);
}

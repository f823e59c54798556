import { decimalValue } from './attribute-list.ts';
import type { ParsedMediaPlaylist, ParsedSegment } from './parsed-playlist.ts';
import { type Violation, ViolationList } from './violation.ts';

/** What a dozen printed durations may be off by, each by some microseconds. */
const PRINTED_S = 0.002;

/** The rules that a delta update must keep by itself (rfc8216bis §6.2.5.1). */
export function checkSkip(playlist: ParsedMediaPlaylist, violations: ViolationList): void {
  const { skip, serverControl, version, isEnded, segments } = playlist;
  const skipUntilS = serverControl && decimalValue(serverControl, 'CAN-SKIP-UNTIL');
  const skipsDateRanges = serverControl?.get('CAN-SKIP-DATERANGES') === 'YES';
  violations.expect(!skipsDateRanges || skipUntilS !== undefined, 'A1.9', 0, 'CAN-SKIP-DATERANGES by itself');
  if (skip === undefined) return;
  violations.expect(version !== undefined && version >= 9, 'A1.3', skip, 'EXT-X-SKIP needs EXT-X-VERSION 9');
  violations.expect(!isEnded, 'A4.38', skip, 'EXT-X-SKIP in an ended playlist');
  violations.expect(
    skip.removedDateRanges === undefined || skipsDateRanges,
    'A4.39',
    skip,
    'date ranges are skipped without CAN-SKIP-DATERANGES',
  );
  violations.expect(skipUntilS !== undefined, 'A4.40', skip, 'EXT-X-SKIP without CAN-SKIP-UNTIL');
  if (skipUntilS === undefined) return;
  const keptS = durationS(segments);
  violations.expect(keptS > skipUntilS - PRINTED_S, 'A4.38', skip, `skipped to ${keptS} s before the end`);
  // What nobody made is listed all at once: gaps do not age a client's copy.
  const surplusS = durationS(segments.slice(1).filter((segment) => !isMediaLess(segment)));
  violations.expect(surplusS <= skipUntilS + PRINTED_S, 'A4.38', skip, `not skipped at ${surplusS} s before the end`);
}

/** Also the open one, which has no EXT-X-GAP of its own yet. */
function isMediaLess({ isGap, parts }: ParsedSegment): boolean {
  return isGap || (parts.length > 0 && parts.every((part) => part.isGap));
}

function durationS(segments: readonly ParsedSegment[]): number {
  return segments.reduce((sum, segment) => sum + segment.durationS, 0);
}

/**
 * A delta update, applied to an earlier version as a client does it (rfc8216bis §6.3.7); `undefined` when that version
 * lacks something that was skipped.
 */
export function appliedDelta(before: ParsedMediaPlaylist, delta: ParsedMediaPlaylist): ParsedMediaPlaylist | undefined {
  const { skip, mediaSequence, discontinuitySequence = 0 } = delta;
  if (skip === undefined) return delta;
  const keptMsn = mediaSequence + skip.segmentCount;
  const skipped = before.segments.filter(({ msn, uri }) => msn >= mediaSequence && msn < keptMsn && uri !== undefined);
  if (skipped.length !== skip.segmentCount) return undefined;
  // EXT-X-DISCONTINUITY-SEQUENCE is that of the first skipped segment.
  const behind = (skipped.at(-1)?.discontinuityNumber ?? 0) - discontinuitySequence;
  const kept = delta.segments.map((each) => ({ ...each, discontinuityNumber: each.discontinuityNumber + behind }));
  const { removedDateRanges: removed } = skip;
  const oldRanges = removed === undefined ? [] : before.dateRanges.filter(({ id }) => !removed.includes(id));
  const known = new Set(oldRanges.map(({ attributes }) => attributeText(attributes)));
  const newRanges = delta.dateRanges.filter(({ attributes }) => !known.has(attributeText(attributes)));
  return {
    ...delta,
    skip: undefined,
    segments: [...skipped.map((segment) => ({ ...segment, parts: [] })), ...kept],
    dateRanges: [...oldRanges, ...newRanges],
  };
}

/** What is wrong with a delta update for a client that has an earlier version: applied to it, it is not the playlist. */
export function checkDelta(
  before: ParsedMediaPlaylist,
  delta: ParsedMediaPlaylist,
  whole: ParsedMediaPlaylist,
): readonly Violation[] {
  const violations = new ViolationList();
  const applied = appliedDelta(before, delta);
  const isSame = applied !== undefined && content(applied) === content(whole);
  violations.expect(isSame, 'A4.38', delta.skip ?? 0, `applied to what ended with ${endOf(before)}, it is another`);
  // rfc8216bis §8.
  const lacksDateRanges = delta.dateRanges.length < whole.dateRanges.length;
  const isVersion = !lacksDateRanges || (delta.version ?? 0) >= 10;
  violations.expect(isVersion, 'A1.3', delta.skip ?? 0, 'skipped date ranges need EXT-X-VERSION 10');
  return violations.found;
}

/** All that a player is told, but for where it stood and for the version of the format. */
function content({ version: _version, dateRanges, ...rest }: ParsedMediaPlaylist): string {
  const ranges = dateRanges.map(({ attributes }) => attributeText(attributes)).sort();
  const withoutLines = (key: string, value: unknown) => (key === 'line' ? undefined : plain(value));
  return JSON.stringify({ ...rest, ranges }, withoutLines);
}

function plain(value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}

function attributeText(attributes: ReadonlyMap<string, string>): string {
  return [...attributes].map(([name, value]) => `${name}=${value}`).join();
}

function endOf({ segments }: ParsedMediaPlaylist): string {
  const last = segments.at(-1);
  return `${last?.msn}.${last?.parts.length}`;
}

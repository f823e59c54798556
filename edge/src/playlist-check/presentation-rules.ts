import { decimalValue, isAtLeastTimes } from './attribute-list.ts';
import { allAttributes } from './date-range-rules.ts';
import type { ParsedMediaPlaylist, ParsedReport } from './parsed-playlist.ts';
import { checkLoans } from './source-rules.ts';
import { type Violation, ViolationList } from './violation.ts';

/** Audio is cut at the AAC frame at or before the video's boundary: it may begin a frame of 1024 samples earlier. */
const ALIGNMENT_MS_MAX = 22;

/** The media playlists of one presentation at one instant, by their URI relative to each other (`v720.m3u8`). */
export type Presentation = ReadonlyMap<string, ParsedMediaPlaylist>;

/** The rules that the media playlists of one presentation must keep towards each other (rfc8216bis §6.2.4). */
export function checkPresentation(presentation: Presentation): readonly Violation[] {
  const violations = new ViolationList();
  const all = [...presentation];
  const [first] = all;
  if (first === undefined) return [];
  const partTargetSMax = Math.max(...all.map(([, playlist]) => playlist.partTargetS ?? 0));
  for (const [uri, playlist] of all) {
    violations.expect(
      playlist.targetDurationS === first[1].targetDurationS,
      'A1.10',
      0,
      `${uri}: other target duration`,
    );
    violations.expect(
      controlText(playlist) === controlText(first[1]),
      'A1.10',
      0,
      `${uri}: other EXT-X-SERVER-CONTROL`,
    );
    const partHoldBackS =
      (playlist.serverControl && decimalValue(playlist.serverControl, 'PART-HOLD-BACK')) ?? Infinity;
    violations.expect(
      isAtLeastTimes(partHoldBackS, 3, partTargetSMax),
      'A1.8',
      0,
      `${uri}: PART-HOLD-BACK under 3 × ${partTargetSMax}`,
    );
    const isSameRanges = dateRangeText(playlist) === dateRangeText(first[1]);
    violations.expect(isSameRanges, 'A2.27', 0, `${uri}: other date ranges`);
    if (playlist.playlistType !== 'VOD') checkReports(uri, playlist, presentation, violations);
    checkAlignment(uri, playlist, first[1], violations);
    checkLoans(uri, playlist, presentation, violations);
  }
  return violations.found;
}

function checkReports(
  uri: string,
  playlist: ParsedMediaPlaylist,
  presentation: Presentation,
  violations: ViolationList,
): void {
  const reports = new Map(playlist.reports.map((report) => [report.uri, report]));
  violations.expect(reports.size === playlist.reports.length, 'A5.44', 0, `${uri}: a rendition reported twice`);
  violations.expect(!reports.has(uri), 'A5.44', 0, `${uri}: reports itself`);
  for (const [otherUri, other] of presentation) {
    if (otherUri === uri) continue;
    const report = reports.get(otherUri);
    if (report === undefined) violations.add('A5.44', 0, `${uri}: no report of ${otherUri}`);
    else checkReport(`${uri}, report of ${otherUri}`, report, other, violations);
  }
}

function checkReport(name: string, report: ParsedReport, other: ParsedMediaPlaylist, violations: ViolationList): void {
  const last =
    other.partTargetS === undefined ? other.segments.findLast(({ uri }) => uri !== undefined) : other.segments.at(-1);
  violations.expect(
    report.lastMsn === last?.msn,
    'A5.44',
    report,
    `${name}: LAST-MSN ${report.lastMsn}, is ${last?.msn}`,
  );
  if (other.partTargetS === undefined || last === undefined) return;
  const lastPart = last.parts.length - 1;
  violations.expect(
    report.lastPart === lastPart,
    'A5.44',
    report,
    `${name}: LAST-PART ${report.lastPart}, is ${lastPart}`,
  );
}

function checkAlignment(
  uri: string,
  playlist: ParsedMediaPlaylist,
  first: ParsedMediaPlaylist,
  violations: ViolationList,
): void {
  const firstByMsn = new Map(first.segments.map((segment) => [segment.msn, segment]));
  for (const segment of playlist.segments) {
    const same = firstByMsn.get(segment.msn);
    if (same?.programDateTimeMs === undefined || segment.programDateTimeMs === undefined) continue;
    const apartMs = Math.abs(segment.programDateTimeMs - same.programDateTimeMs);
    violations.expect(
      apartMs <= ALIGNMENT_MS_MAX,
      'A1.16',
      segment,
      `${uri}: segment ${segment.msn} is ${apartMs} ms apart`,
    );
    const isSame = segment.discontinuityNumber === same.discontinuityNumber;
    violations.expect(isSame, 'A2.22', segment, `${uri}: segment ${segment.msn} has another discontinuity number`);
  }
}

function dateRangeText(playlist: ParsedMediaPlaylist): string {
  return JSON.stringify([...allAttributes(playlist)].map(([id, attributes]) => [id, ...attributes]).sort());
}

function controlText(playlist: ParsedMediaPlaylist): string {
  return JSON.stringify([...(playlist.serverControl ?? [])].sort());
}

import type { CapturedRendition, PlaylistVersion } from './capture.ts';
import type { Violation } from './check-media.ts';
import { attributesOf, type ListedSegment, viewMediaPlaylist } from './playlist-view.ts';
import { renditionName } from './rendition-view.ts';

/** Tags whose value may never change in the life of a playlist (rfc8216bis §6.2.1). */
const CONSTANT_TAGS = ['#EXT-X-VERSION', '#EXT-X-TARGETDURATION', '#EXT-X-PART-INF', '#EXT-X-SERVER-CONTROL'] as const;

/**
 * Checks what only the sequence of a rendition's playlists shows: that nothing which was published changes, and that
 * every held answer has what it was held for. Pure.
 */
export function checkPlaylistHistory(rendition: CapturedRendition, playlistUrls: readonly string[]): Violation[] {
  const check = new PlaylistHistoryCheck(rendition);
  let before: PlaylistVersion | undefined;
  for (const version of rendition.versions) {
    check.alone(version, playlistUrls);
    if (before !== undefined) check.pair(before, version);
    before = version;
  }
  return check.violations;
}

class PlaylistHistoryCheck {
  readonly violations: Violation[] = [];
  readonly #playlistUrl: string;
  readonly #name: string;

  constructor(rendition: CapturedRendition) {
    this.#playlistUrl = rendition.playlistUrl;
    this.#name = renditionName(rendition);
  }

  /** What one version must be by itself. */
  alone(version: PlaylistVersion, playlistUrls: readonly string[]): void {
    this.#checkAnswersTheQuestion(version);
    const hints = partHints(version.text);
    const view = viewMediaPlaylist(version.text);
    const hasParts = view.partTargetS !== undefined;
    // rfc8216bis §6.2.2, B.1: always one hint, and none with ENDLIST.
    const hintsWanted = hasParts && !view.isEnded ? 1 : 0;
    if (hints.length !== hintsWanted) this.#report('preload hint', version, `${hints.length}, not ${hintsWanted}`);
    if (hasParts && !view.isEnded) this.#checkReports(version, playlistUrls);
  }

  /** What must hold from one version to the next. */
  pair(before: PlaylistVersion, after: PlaylistVersion): void {
    for (const tag of CONSTANT_TAGS) {
      const [old] = linesOf(before.text, tag);
      const [now] = linesOf(after.text, tag);
      if (old !== now) this.#report('constant tags', after, `${old} became ${now}`);
    }
    const oldSegments = viewMediaPlaylist(before.text).segments;
    const nowSegments = new Map(viewMediaPlaylist(after.text).segments.map((segment) => [segment.msn, segment]));
    const firstMsn = Math.min(...nowSegments.keys());
    if (firstMsn < (oldSegments[0]?.msn ?? 0)) this.#report('MEDIA-SEQUENCE', after, `went back to ${firstMsn}`);
    for (const segment of oldSegments) {
      if (segment.msn < firstMsn) continue;
      const now = nowSegments.get(segment.msn);
      if (now === undefined) this.#report('nothing vanishes', after, `segment ${segment.msn} is gone`);
      else this.#checkUnchanged(segment, now, after);
    }
    this.#checkHintKept(before, after);
  }

  /** rfc8216bis §6.2.5.2: the answer has the part, or the segment, that was asked for. */
  #checkAnswersTheQuestion(version: PlaylistVersion): void {
    const query = new URL(version.url).searchParams;
    if (!query.has('_HLS_msn')) return;
    const view = viewMediaPlaylist(version.text);
    if (view.isEnded) return;
    const msn = Number(query.get('_HLS_msn'));
    const part = query.get('_HLS_part');
    const has = view.segments.some(
      (segment) =>
        segment.msn > msn ||
        (segment.msn === msn && (segment.uri !== undefined || (part !== null && segment.parts.length > Number(part)))),
    );
    if (!has) this.#report('blocking reload', version, `answered without ${msn}.${part ?? ''}`);
  }

  /** rfc8216bis §4.4.5.4, B.1: every other rendition, and not this one. */
  #checkReports(version: PlaylistVersion, playlistUrls: readonly string[]): void {
    const reported = linesOf(version.text, '#EXT-X-RENDITION-REPORT').map(
      (line) => attributesOf(line).get('URI') ?? '',
    );
    const urls = reported.map((uri) => new URL(uri, this.#playlistUrl).href).sort();
    const wanted = playlistUrls.filter((url) => url !== this.#playlistUrl).sort();
    if (urls.join() !== wanted.join()) this.#report('rendition reports', version, reported.join(', '));
  }

  #checkUnchanged(old: ListedSegment, now: ListedSegment, version: PlaylistVersion): void {
    const isSame =
      (old.uri === undefined || (old.uri === now.uri && old.durationS === now.durationS)) &&
      old.programDateTimeMs === now.programDateTimeMs &&
      (now.parts.length === 0 ||
        old.parts.slice(-now.parts.length).every((part) => now.parts.some((other) => isSamePart(part, other))));
    if (!isSame) this.#report('published is final', version, `segment ${old.msn} changed`);
  }

  /** rfc8216bis §6.2.6: what was hinted is what comes. */
  #checkHintKept(before: PlaylistVersion, after: PlaylistVersion): void {
    const [hinted] = partHints(before.text);
    const view = viewMediaPlaylist(after.text);
    if (hinted === undefined || view.isEnded) return;
    const known = new Set(viewMediaPlaylist(before.text).segments.flatMap(partUris));
    const fresh = view.segments.flatMap(partUris).filter((uri) => !known.has(uri));
    if (fresh.length > 0 && !fresh.includes(hinted)) this.#report('hint is kept', after, `${hinted} did not come`);
  }

  #report(rule: string, version: PlaylistVersion, detail: string): void {
    const { search } = new URL(version.url);
    this.violations.push({ rule, where: `${this.#name} ${search}`, detail });
  }
}

/** The URIs of hints at parts. There may be one at an init segment beside it. */
function partHints(text: string): string[] {
  return linesOf(text, '#EXT-X-PRELOAD-HINT')
    .map(attributesOf)
    .filter((attributes) => attributes.get('TYPE') === 'PART')
    .map((attributes) => attributes.get('URI') ?? '');
}

function isSamePart(one: ListedSegment['parts'][number], other: ListedSegment['parts'][number]): boolean {
  return one.uri === other.uri && one.durationS === other.durationS && one.isIndependent === other.isIndependent;
}

function partUris({ parts }: ListedSegment): string[] {
  return parts.map(({ uri }) => uri);
}

function linesOf(text: string, tag: string): string[] {
  return text.split('\n').filter((line) => line.startsWith(`${tag}:`));
}

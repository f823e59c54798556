import type { ParsedMediaPlaylist, ParsedSegment } from './parsed-playlist.ts';
import type { Presentation } from './presentation-rules.ts';
import type { ViolationList } from './violation.ts';

/** `…/v720/init-0.mp4`: the rendition whose media it is, and the file. */
interface MediaName {
  readonly renditionId: string;
  readonly file: string;
}

function mediaName(uri: string): MediaName {
  const [file = '', renditionId = ''] = uri.split('/').reverse();
  return { renditionId, file };
}

/**
 * What a segment is played with (rule A1.12): media and EXT-X-MAP are of one rendition; and without EXT-X-DISCONTINUITY
 * EXT-X-MAP changes to that of another rendition of the same encoders only.
 */
export function checkSources({ segments, hints }: ParsedMediaPlaylist, violations: ViolationList): void {
  segments.forEach((segment, index) => {
    const { mapUri, uri, parts } = segment;
    if (mapUri === undefined) return;
    const map = mediaName(mapUri);
    const uris = [...(uri === undefined ? [] : [uri]), ...parts.map((part) => part.uri)];
    const strange = uris.find((each) => mediaName(each).renditionId !== map.renditionId);
    violations.expect(
      strange === undefined,
      'A1.12',
      segment,
      `${strange} is under the EXT-X-MAP of another rendition`,
    );
    const before = segments[index - 1];
    if (before?.mapUri === undefined || before.discontinuityNumber !== segment.discontinuityNumber) return;
    const isSameEncoders = mediaName(before.mapUri).file === map.file;
    violations.expect(isSameEncoders, 'A1.12', segment, `${mapUri} without EXT-X-DISCONTINUITY`);
  });
  const part = hints.find(({ type }) => type === 'PART');
  const mapUri = hints.find(({ type }) => type === 'MAP')?.uri ?? segments.at(-1)?.mapUri;
  const isHintUnderMap =
    part === undefined || mapUri === undefined || mediaName(part.uri).renditionId === mediaName(mapUri).renditionId;
  violations.expect(isHintUnderMap, 'A5.41', part ?? 0, `the hint ${part?.uri} is not of the rendition of ${mapUri}`);
}

/** What a rendition lists as another's is what that one lists, at the same time (rule A1.12). */
export function checkLoans(
  uri: string,
  playlist: ParsedMediaPlaylist,
  presentation: Presentation,
  violations: ViolationList,
): void {
  const own = uri.replace(/\.m3u8$/, '');
  for (const segment of playlist.segments) {
    const { renditionId } = mediaName(segment.mapUri ?? '');
    if (renditionId === own || segment.mapUri === undefined) continue;
    const lender = presentation.get(`${renditionId}.m3u8`);
    violations.expect(
      lender !== undefined,
      'A1.12',
      segment,
      `${uri}: there is no ${renditionId} to lend ${segment.msn}`,
    );
    const same = lender?.segments.find(({ msn }) => msn === segment.msn);
    const isCopy = same === undefined || isCopyOf(segment, same);
    violations.expect(isCopy, 'A1.12', segment, `${uri}: segment ${segment.msn} is not that of ${renditionId}`);
  }
}

/** As far as both have it, and as far as neither has a gap. */
function isCopyOf(one: ParsedSegment, other: ParsedSegment): boolean {
  const isWhole = one.uri !== undefined && other.uri !== undefined;
  return (
    one.mapUri === other.mapUri &&
    one.programDateTimeMs === other.programDateTimeMs &&
    (!isWhole || (one.uri === other.uri && one.durationS === other.durationS)) &&
    one.parts.every((part, index) => {
      const same = other.parts[index];
      return same === undefined || (same.uri === part.uri && same.durationS === part.durationS);
    })
  );
}

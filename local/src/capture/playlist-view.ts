/** What a client needs of a playlist in order to play it. Says nothing about whether the playlist keeps the rules. */

export interface ListedPart {
  readonly uri: string;
  readonly durationS: number;
  readonly isIndependent: boolean;
  readonly isGap: boolean;
}

export interface ListedSegment {
  readonly msn: number;
  readonly parts: readonly ListedPart[];
  /** Some or all of it is not there, and its URI must not be asked for (rfc8216bis §4.4.4.7). */
  readonly isGap: boolean;
  readonly programDateTimeMs?: number;
  /** Both absent while the segment is still open. */
  readonly uri?: string;
  readonly durationS?: number;
}

export interface MediaPlaylistView {
  readonly segments: readonly ListedSegment[];
  readonly initUri?: string;
  readonly partTargetS?: number;
  readonly isEnded: boolean;
}

interface OpenSegment {
  msn: number;
  parts: ListedPart[];
  isGap: boolean;
  programDateTimeMs?: number;
  durationS?: number;
}

/** URIs of all media playlists of a multivariant playlist, each once, in order. */
export function mediaPlaylistUris(multivariant: string): string[] {
  const uris: string[] = [];
  for (const line of multivariant.split('\n').map((each) => each.trim())) {
    if (line.startsWith('#EXT-X-MEDIA:')) uris.push(attributesOf(line).get('URI') ?? '');
    else if (line !== '' && !line.startsWith('#')) uris.push(line);
  }
  return [...new Set(uris.filter((uri) => uri !== ''))];
}

/** Reads a media playlist as a forgiving client does. */
export function viewMediaPlaylist(text: string): MediaPlaylistView {
  const segments: ListedSegment[] = [];
  const view: { initUri?: string; partTargetS?: number; isEnded: boolean } = { isEnded: false };
  let open: OpenSegment = { msn: 0, parts: [], isGap: false };
  for (const line of text.split('\n').map((each) => each.trim())) {
    const { tag, value } = splitTag(line);
    if (tag === '#EXT-X-MEDIA-SEQUENCE') open.msn = Number(value);
    else if (tag === '#EXT-X-MAP') view.initUri = attributesOf(line).get('URI') ?? '';
    else if (tag === '#EXT-X-PART-INF') view.partTargetS = Number(attributesOf(line).get('PART-TARGET'));
    else if (tag === '#EXT-X-ENDLIST') view.isEnded = true;
    else if (tag === '#EXT-X-PROGRAM-DATE-TIME') open.programDateTimeMs = Date.parse(value);
    else if (tag === '#EXT-X-GAP') open.isGap = true;
    else if (tag === '#EXT-X-PART') open.parts.push(partOf(line));
    else if (tag === '#EXTINF') open.durationS = Number.parseFloat(value);
    else if (tag === '#EXT-X-SKIP') open.msn += Number(attributesOf(line).get('SKIPPED-SEGMENTS'));
    else if (line !== '' && !line.startsWith('#')) {
      segments.push({ ...open, uri: line });
      open = { msn: open.msn + 1, parts: [], isGap: false };
    }
  }
  if (open.parts.length > 0) segments.push(open);
  return { ...view, segments };
}

/** The blocking request for what comes after everything that is listed. */
export function nextReload(view: MediaPlaylistView): string {
  const last = view.segments.at(-1);
  if (last === undefined) return '';
  const isOpen = last.uri === undefined;
  const msn = isOpen ? last.msn : last.msn + 1;
  if (view.partTargetS === undefined) return `?_HLS_msn=${msn}`;
  return `?_HLS_msn=${msn}&_HLS_part=${isOpen ? last.parts.length : 0}`;
}

function partOf(line: string): ListedPart {
  const attributes = attributesOf(line);
  return {
    uri: attributes.get('URI') ?? '',
    durationS: Number(attributes.get('DURATION')),
    isIndependent: attributes.get('INDEPENDENT') === 'YES',
    isGap: attributes.get('GAP') === 'YES',
  };
}

function splitTag(line: string): { readonly tag: string; readonly value: string } {
  const colon = line.indexOf(':');
  return colon === -1 ? { tag: line, value: '' } : { tag: line.slice(0, colon), value: line.slice(colon + 1) };
}

/** The attributes of a tag's line (rfc8216bis §4.2), without their quotes. */
export function attributesOf(line: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of splitTag(line).value.matchAll(
    /([A-Z0-9-]+)=(?:"([^"]*)"|([^",]*))/g,
  )) {
    attributes.set(name, quoted ?? plain);
  }
  return attributes;
}

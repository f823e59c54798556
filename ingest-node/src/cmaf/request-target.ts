/** What a request is about. A `track` is media; `metadata` are tracks that nobody here reads; `sidecar` is all else. */
export interface RequestTarget {
  readonly kind: 'track' | 'metadata' | 'sidecar';
  /** Secret. Absent: there is none, or it is too long. */
  readonly streamKey?: string;
  /** The publisher's own name for the track. */
  readonly trackName: string;
}

/** Everything of ours is below this. */
const ROOT = '/cmaf/';
const STREAM_KEY_CHARS_MAX = 256;
/** Of a longer one the end: it is where names differ (MediaLive's modifiers alone have up to 100). */
const TRACK_NAME_CHARS_MAX = 256;
/** DASH-IF Live Media Ingest, interface 1: `.cmfv`, `.cmfa`; the others are what FFmpeg calls them. */
const TRACK_EXTENSIONS: readonly string[] = ['cmfv', 'cmfa', 'mp4', 'm4s', 'm4v', 'm4a'];
/** Timed metadata and subtitles. */
const METADATA_EXTENSIONS: readonly string[] = ['cmfm', 'cmft'];
/**
 * It stays a part of the name: encoders tell tracks of one kind apart by their names, and those of two kinds by their
 * extensions (MediaLive's NameModifier is "required for multiple outputs of the same type").
 */
const SOUND_EXTENSION = 'cmfa';
/** Of a segment, never of a track as a whole: what FFmpeg's DASH muxer calls them. */
const SEGMENT_EXTENSION = 'm4s';
/** `Streams(name.cmfv)`, or the extension or a segment's name behind it. */
const STREAMS = /Streams\(([^()/]+)\)/i;
/** `init-stream0`, `stream0-init`. */
const NAMED_INIT = /^init[-_](.+)$|^(.+)[-_]init$/i;
/** `chunk-stream0-00012`. */
const NAMED_SEGMENT = /^(?:chunk|segment|seg)[-_](.+)$/i;
const SEGMENT_NUMBER = /(?<=.)[-_]\d+$/;
/** `V300/init.cmfv` and `V300/42.cmfv`, as livesim2 sends them: the folder is the name. */
const NAMELESS = /^(?:init|\d+)$/i;

/**
 * Reads what a request is about off its path and its `Authorization` header. The stream key is the password of Basic
 * (RFC 7617) or the token of Bearer (RFC 6750 §2.1); without either it is the first name below /cmaf/. `undefined`: the
 * path is none of ours. Pure.
 */
export function requestTarget(url: string, authorization: string | undefined): RequestTarget | undefined {
  const [path = ''] = url.split('?', 1);
  const names = path.startsWith(ROOT) ? decoded(path.slice(ROOT.length)) : undefined;
  const fileName = names?.at(-1);
  if (names === undefined || fileName === undefined || fileName === '') return undefined;
  const folders = names.slice(0, -1);
  const streamKey = authorization === undefined ? folders[0] : keyOf(authorization);
  const isKey = streamKey !== undefined && streamKey.length > 0 && streamKey.length <= STREAM_KEY_CHARS_MAX;
  // A track's name is told to people, and a key to nobody.
  const place = { folders: folders.filter((name) => name !== streamKey), fileName };
  return { ...(streamsTrack(place) ?? fileTrack(place)), ...(isKey && { streamKey }) };
}

function decoded(path: string): string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    // A percent sign that escapes nothing.
    return undefined;
  }
}

function keyOf(authorization: string): string | undefined {
  const [scheme = '', credentials = ''] = authorization.split(/ +/, 2);
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const colonAt = text.indexOf(':');
  return colonAt === -1 ? undefined : text.slice(colonAt + 1);
}

interface TrackPlace {
  /** Without the stream key. */
  readonly folders: readonly string[];
  readonly fileName: string;
}

type Track = Pick<RequestTarget, 'kind' | 'trackName'>;

/**
 * `Streams(name.cmfv)`, as MediaLive, livesim2 and FFmpeg in unifiedstreaming/live-demo-cmaf call a track, or
 * `Streams(name).cmfv`; a segment of it may have a name of its own behind that. One without any extension is media too:
 * to take it as something else would be to throw it away without a word.
 */
function streamsTrack({ folders, fileName }: TrackPlace): Track | undefined {
  const [, inside] = STREAMS.exec(fileName) ?? STREAMS.exec(folders.at(-1) ?? '') ?? [];
  if (inside === undefined) return undefined;
  const inner = nameParts(inside);
  const isWhole = isMedia(inner.extension);
  const extension = isWhole ? inner.extension : nameParts(fileName).extension;
  const kind = extension === '' ? 'track' : kindOf(extension);
  return { kind, trackName: trackName(isWhole ? inner.stem : inside, extension) };
}

/** A file by its own name, or by its folder's. */
function fileTrack({ folders, fileName }: TrackPlace): Track {
  const { stem, extension } = nameParts(fileName);
  const name = nameInFile(stem, extension);
  const isNameless = NAMELESS.test(name) && folders.length > 0;
  return { kind: kindOf(extension), trackName: trackName(isNameless ? folders.join('/') : name, extension) };
}

/** A number at the end is a segment's only where it is sure to be one: `video-720.cmfv` is a track. */
function nameInFile(stem: string, extension: string): string {
  const [, after, before] = NAMED_INIT.exec(stem) ?? [];
  const init = after ?? before;
  if (init !== undefined) return init;
  const [, segment] = NAMED_SEGMENT.exec(stem) ?? [];
  const name = segment ?? stem;
  return segment !== undefined || extension === SEGMENT_EXTENSION ? name.replace(SEGMENT_NUMBER, '') : name;
}

/** The extension in lower case; empty if there is none. Where there is nothing else, it is the name as well. */
function nameParts(name: string): { readonly stem: string; readonly extension: string } {
  const [, stem = '', extension = ''] = /^(.*)\.([a-z0-9]+)$/is.exec(name) ?? [];
  return { stem: stem === '' ? name : stem, extension: extension.toLowerCase() };
}

function isMedia(extension: string): boolean {
  return TRACK_EXTENSIONS.includes(extension) || METADATA_EXTENSIONS.includes(extension);
}

function kindOf(extension: string): RequestTarget['kind'] {
  if (TRACK_EXTENSIONS.includes(extension)) return 'track';
  return METADATA_EXTENSIONS.includes(extension) ? 'metadata' : 'sidecar';
}

function trackName(name: string, extension: string): string {
  return `${name}${extension === SOUND_EXTENSION ? `.${extension}` : ''}`.slice(-TRACK_NAME_CHARS_MAX);
}

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
const TRACK_NAME_CHARS_MAX = 64;
/** DASH-IF Live Media Ingest, interface 1: `.cmfv`, `.cmfa`; the others are what FFmpeg calls them. */
const TRACK_EXTENSIONS: readonly string[] = ['cmfv', 'cmfa', 'mp4', 'm4s', 'm4v', 'm4a'];
/** Timed metadata and subtitles. */
const METADATA_EXTENSIONS: readonly string[] = ['cmfm', 'cmft'];
/** `Streams(name)`, with the extension or a segment's name behind it. */
const STREAMS = /Streams\(([^()/]+)\)/i;
/** `init-stream0`, `chunk-stream0-00012`: one track, whatever segment of it. */
const SEGMENT_NAME = /^(?:init|chunk|segment|seg)[-_]|[-_]\d+$/g;

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
  return { kind: kindOf(fileName), trackName: trackNameOf(folders, fileName), ...(isKey && { streamKey }) };
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

function kindOf(fileName: string): RequestTarget['kind'] {
  const extension = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? '';
  if (TRACK_EXTENSIONS.includes(extension)) return 'track';
  return METADATA_EXTENSIONS.includes(extension) ? 'metadata' : 'sidecar';
}

function trackNameOf(folders: readonly string[], fileName: string): string {
  const [, name] = STREAMS.exec(fileName) ?? STREAMS.exec(folders.at(-1) ?? '') ?? [];
  const stem = fileName.replace(/\.[a-z0-9]+$/i, '').replaceAll(SEGMENT_NAME, '');
  return (name ?? (stem === '' ? fileName : stem)).slice(0, TRACK_NAME_CHARS_MAX);
}

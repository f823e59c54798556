/** As long as the control API takes them (AuthorizeRequest). */
const STREAM_KEY_CHARACTERS_MAX = 256;

/** Where a publisher wants to publish to, out of `connect` and `publish`. */
export interface StreamName {
  /** Secret. */
  readonly streamKey: string;
  /** What stood behind `?`. */
  readonly query?: string;
}

/**
 * The stream key, however it was spelt: as the stream's name (`rtmp://host/live` and KEY, `/KEY`, `KEY?backup=1`), as
 * the end of a longer one, or as the end of the application when the name is empty (`rtmp://host/live/KEY`).
 * `undefined` when there is none, or it is longer than any key is. Percent-encoding is undone: of the same URL, librtmp
 * decodes the name and FFmpeg does not.
 */
export function readStreamName(app: string, publishName: string): StreamName | undefined {
  const name = split(publishName);
  const application = split(app);
  // An application of one segment is `live`, never a key: somebody has left the key out.
  const fromApplication = application.segments.length > 1 ? application : undefined;
  const source = name.segments.length > 0 ? name : fromApplication;
  const encoded = source?.segments.at(-1);
  const streamKey = encoded === undefined ? undefined : decode(encoded);
  if (streamKey === undefined || streamKey.length > STREAM_KEY_CHARACTERS_MAX) return undefined;
  const query = name.query ?? application.query;
  return query === undefined ? { streamKey } : { streamKey, query };
}

function split(text: string): { readonly segments: readonly string[]; readonly query: string | undefined } {
  const mark = text.indexOf('?');
  const path = mark < 0 ? text : text.slice(0, mark);
  const segments = path.split('/').map((segment) => segment.trim());
  return { segments: segments.filter((segment) => segment !== ''), query: mark < 0 ? undefined : text.slice(mark + 1) };
}

/** A percent sign that begins no encoded byte stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

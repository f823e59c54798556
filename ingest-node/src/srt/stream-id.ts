/** As long as the control API takes them (AuthorizeRequest). */
const STREAM_KEY_CHARACTERS_MAX = 256;
/** SRT Access Control (libsrt, docs/features/access-control.md): how the standard form begins. */
const STANDARD_PREFIX = '#!::';
const OTHER_STANDARD_PREFIX = '#!';
const PUBLISH_PREFIX = 'publish:';
/** How other servers spell the wish to watch. */
const PLAY_PREFIXES = ['read:', 'play:', 'request:'];
/** The standard has no more; unknown ones are ignored, but not without end. */
const STANDARD_FIELDS_MAX = 16;

/** What a stream id asks for, or why it asks for nothing that there is. */
export type StreamIdAnswer =
  | {
      readonly kind: 'publish';
      /** Secret. */
      readonly streamKey: string;
      /** What stood behind `?` in it. */
      readonly query?: string;
    }
  | { readonly kind: 'missing' }
  /** It asks to watch, and nobody can watch here. */
  | { readonly kind: 'not-publish' }
  | { readonly kind: 'malformed' };

/** What a stream id asks for, on a port where an absent one means a key of its own. */
export function streamAskedFor(text: string | undefined, portKey: string | undefined): StreamIdAnswer {
  if (text === undefined && portKey !== undefined) return { kind: 'publish', streamKey: portKey };
  return readStreamId(text);
}

/**
 * The stream key in a stream id: `KEY`, `publish:KEY`, or the standard form `#!::r=KEY,m=publish`. Everything is taken
 * as it stands: SRT knows no percent-encoding. In the standard form, no mode is taken for publishing, since nothing
 * else can be meant here.
 */
export function readStreamId(text: string | undefined): StreamIdAnswer {
  if (text === undefined) return { kind: 'missing' };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are just what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(text)) return { kind: 'malformed' };
  if (text.startsWith(STANDARD_PREFIX)) return readStandard(text.slice(STANDARD_PREFIX.length));
  // A nested form (`#!:{…}`) that nobody sends, or a mistake.
  if (text.startsWith(OTHER_STANDARD_PREFIX)) return { kind: 'malformed' };
  if (PLAY_PREFIXES.some((prefix) => text.startsWith(prefix))) return { kind: 'not-publish' };
  return readResource(text.startsWith(PUBLISH_PREFIX) ? text.slice(PUBLISH_PREFIX.length) : text);
}

/** `u`, `h`, `s`, `t` and whatever else there is say nothing that matters here. */
function readStandard(text: string): StreamIdAnswer {
  const fields = text.split(',', STANDARD_FIELDS_MAX + 1);
  if (fields.length > STANDARD_FIELDS_MAX) return { kind: 'malformed' };
  const values = new Map<string, string>();
  for (const field of fields) {
    const equals = field.indexOf('=');
    if (equals < 1) return { kind: 'malformed' };
    values.set(field.slice(0, equals), field.slice(equals + 1));
  }
  if ((values.get('m') ?? 'publish') !== 'publish') return { kind: 'not-publish' };
  const resource = values.get('r');
  return resource === undefined ? { kind: 'missing' } : readResource(resource);
}

function readResource(text: string): StreamIdAnswer {
  const mark = text.indexOf('?');
  const streamKey = mark < 0 ? text : text.slice(0, mark);
  if (streamKey === '') return { kind: 'missing' };
  if (streamKey.length > STREAM_KEY_CHARACTERS_MAX) return { kind: 'malformed' };
  return mark < 0 ? { kind: 'publish', streamKey } : { kind: 'publish', streamKey, query: text.slice(mark + 1) };
}

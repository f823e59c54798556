/** What FFmpeg's tee muxer is given of one output. */
export interface TeeTarget {
  readonly format: 'flv' | 'mpegts';
  readonly options: Readonly<Record<string, string>>;
  readonly url: string;
}

/**
 * The name of an output for FFmpeg's tee muxer: the one way to give a protocol options through node-av, whose own opening
 * of outputs takes none. A name is read twice: the outputs are taken apart, then the options of each.
 */
export function teeName({ format, options, url }: TeeTarget): string {
  const pairs = Object.entries({ f: format, onfail: 'abort', ...options }).map(
    ([name, value]) => `${name}=${escaped(escaped(value))}`,
  );
  return `[${pairs.join(':')}]${escaped(url)}`;
}

/** av_get_token(3), and what separates outputs and options. */
function escaped(text: string): string {
  return text.replaceAll(/[\\':|[\]\s]/g, (character) => `\\${character}`);
}

const CHARS_MAX = 64;

/** What a peer has called something, fit for a sentence and for a log: a name out of a URL may have any characters. */
export function printable(text: string): string {
  const end = text.length > CHARS_MAX ? `…${text.slice(1 - CHARS_MAX)}` : text;
  return end.replaceAll(/[^\w …./()+-]/g, '?');
}

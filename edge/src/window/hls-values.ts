/** How values are written in a playlist (rfc8216bis §4.2). */

/** decimal-floating-point, of whole microseconds: `2.133333`. */
export function secondsOfUs(us: number): string {
  return `${Math.floor(us / 1_000_000)}.${String(us % 1_000_000).padStart(6, '0')}`;
}

/** decimal-floating-point, of whole milliseconds: `1.600`. */
export function secondsOfMs(ms: number): string {
  return `${Math.floor(ms / 1_000)}.${String(ms % 1_000).padStart(3, '0')}`;
}

/** quoted-string. Everything that is quoted here is an id, a codec or a file name, so nothing needs escaping. */
export function quoted(text: string): string {
  return `"${text}"`;
}

/** An attribute list; attributes without a value are left out. */
export function attributeList(attributes: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/** enumerated-string YES, or the attribute's absence. */
export function yes(isSo: boolean): 'YES' | undefined {
  return isSo ? 'YES' : undefined;
}

/**
 * A strong validator (RFC 9110 §8.8.3) out of an object's key. Keys are never rewritten, so a key stands for its bytes;
 * and a segment has the same tag whether it is one object or still in parts.
 */
export function entityTag(key: string): string {
  return `"${key}"`;
}

/** If-None-Match names the tag: weak comparison, for a CDN that touches a body makes its tag weak (RFC 9110 §13.1.2). */
export function isKnownByClient(ifNoneMatch: string | undefined, etag: string): boolean {
  return ifNoneMatch?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false;
}

/** If-Range lets a range count: strong comparison, and a date is never ours (RFC 9110 §13.1.5). */
export function mayRange(ifRange: string | undefined, etag: string): boolean {
  return ifRange === undefined || ifRange.trim() === etag;
}

import { Refusal } from './refusal.ts';

/** What stands in `ETag` for a version of something that was made at a time (RFC 9110 §8.8.3). */
export function entityTag(createdAtMs: number, version: number): string {
  // The time: what is made anew under the same name has the same versions.
  return `"${createdAtMs.toString(36)}-${version}"`;
}

/** Throws a Refusal where `If-Match` (RFC 9110 §13.1.1) is there and names another version. */
export function assertMatch(ifMatch: string | undefined, etag: string): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const named = ifMatch.split(',').map((tag) => tag.trim());
  if (!named.includes(etag)) throw new Refusal('version-mismatch', 'It has been changed since. Read it again first.');
}

import { describe, expect, it } from 'vitest';
import { entityTag, isKnownByClient, mayRange } from './entity-tag.ts';

const ETAG = entityTag('demo/b/v720/1.0.m4s');

describe('an entity tag', () => {
  it('stands for one object for ever', () => {
    expect(ETAG).toBe('"demo/b/v720/1.0.m4s"');
  });

  it.each([
    [undefined, false],
    ['', false],
    [ETAG, true],
    [`"a", W/${ETAG}`, true],
    ['"demo/b/v720/1.1.m4s"', false],
    ['*', false],
  ])('is known by a client that sends If-None-Match: %s — %s', (header, expected) => {
    expect(isKnownByClient(header, ETAG)).toBe(expected);
  });

  it.each([
    [undefined, true],
    [ETAG, true],
    [`W/${ETAG}`, false],
    ['"other"', false],
    ['Wed, 25 Nov 2026 12:00:00 GMT', false],
  ])('lets a range count with If-Range: %s — %s', (header, expected) => {
    expect(mayRange(header, ETAG)).toBe(expected);
  });
});

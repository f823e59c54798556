import { describe, expect, it } from 'vitest';
import { hashStreamKey, makeStreamKey, makeStreamKeyId } from './stream-key.ts';

describe('a made stream key', () => {
  it('has 160 bits in letters that are not mistaken for one another, and needs no quoting in a URL', () => {
    for (let round = 0; round < 100; round += 1) expect(makeStreamKey()).toMatch(/^[a-km-np-z2-9]{32}$/);
  });

  it('uses all of them', () => {
    const seen = new Set(Array.from({ length: 200 }, makeStreamKey).join(''));
    expect(seen.size).toBe(32);
  });

  it('has an id that is another text', () => {
    expect(makeStreamKeyId()).toMatch(/^[a-km-np-z2-9]{16}$/);
    expect(makeStreamKeyId()).not.toBe(makeStreamKeyId());
  });
});

it('a key is known by its SHA-256 (FIPS 180-4, the example "abc")', () => {
  expect(hashStreamKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

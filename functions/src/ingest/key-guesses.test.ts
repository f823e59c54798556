import { describe, expect, it } from 'vitest';
import { hashStreamKey } from '../stream-keys/stream-key.ts';
import { KeyGuesses, NETWORKS_MAX, UNKNOWN_KEYS_MAX } from './key-guesses.ts';

const ADDRESS = '192.0.2.1';
const good = hashStreamKey('good');

/** As many wrong keys as block an address, one each second from 0. */
function guess(guesses: KeyGuesses, address = ADDRESS): void {
  for (let index = 0; index < UNKNOWN_KEYS_MAX; index += 1) {
    expect(guesses.waitMs(address, good, index * 1_000)).toBe(0);
    guesses.missed(address, hashStreamKey(`wrong ${index}`), index * 1_000);
  }
}

describe('guesses at stream keys', () => {
  it('block an address until the first of them is a minute old', () => {
    const guesses = new KeyGuesses();
    guess(guesses);
    expect(guesses.waitMs(ADDRESS, good, 10_000)).toBe(50_000);
    expect(guesses.waitMs(ADDRESS, good, 59_999)).toBe(1);
    expect(guesses.waitMs(ADDRESS, good, 60_000)).toBe(0);
    guesses.missed(ADDRESS, hashStreamKey('one more'), 60_000);
    expect(guesses.waitMs(ADDRESS, good, 60_000)).toBe(1_000);
  });

  it('count from a whole IPv6 customer, however the address is written', () => {
    const guesses = new KeyGuesses();
    guess(guesses, '2001:db8:1:2::1');
    expect(guesses.waitMs('2001:0DB8:0001:0002:ffff::2', good, 10_000)).toBeGreaterThan(0);
    expect(guesses.waitMs('2001:db8:1:3::1', good, 10_000)).toBe(0);
    guess(guesses, '::ffff:192.0.2.7');
    expect(guesses.waitMs('192.0.2.7', good, 10_000)).toBeGreaterThan(0);
  });

  it('do not touch a key that was good from there, until it is good no more', () => {
    const guesses = new KeyGuesses();
    guesses.found(ADDRESS, good);
    guess(guesses);
    expect(guesses.waitMs(ADDRESS, good, 10_000)).toBe(0);
    guesses.missed(ADDRESS, good, 10_000);
    expect(guesses.waitMs(ADDRESS, good, 10_000)).toBe(50_000);
  });

  it('are forgotten, the oldest first, when they come from too many places', () => {
    const guesses = new KeyGuesses();
    guess(guesses);
    guess(guesses, '192.0.2.2');
    guesses.found(ADDRESS, hashStreamKey('heard of again'));
    for (let index = 1; index < NETWORKS_MAX; index += 1) guesses.missed(`place ${index}`, good, 10_000);
    expect(guesses.networkCount).toBe(NETWORKS_MAX);
    expect(guesses.waitMs('192.0.2.2', good, 10_000)).toBe(0);
    expect(guesses.waitMs(ADDRESS, good, 10_000)).toBe(50_000);
  });
});

import { describe, expect, it } from 'vitest';
import { SynCookies } from './syn-cookie.ts';

const OWNER = { address: '192.0.2.1', port: 5_000 };

describe('a cookie', () => {
  const cookies = new SynCookies(new Uint8Array(32));

  it('counts for its owner, for half a minute at least and a minute at most', () => {
    const cookie = cookies.cookieFor(OWNER, 59_999);
    expect(cookies.isValid(cookie, OWNER, 59_999)).toBe(true);
    expect(cookies.isValid(cookie, OWNER, 89_999)).toBe(true);
    expect(cookies.isValid(cookie, OWNER, 90_000)).toBe(false);
  });

  it('counts for nobody else', () => {
    const cookie = cookies.cookieFor(OWNER, 0);
    expect(cookies.isValid(cookie, { ...OWNER, port: 5_001 }, 0)).toBe(false);
    expect(cookies.isValid(cookie, { ...OWNER, address: '192.0.2.2' }, 0)).toBe(false);
    expect(new SynCookies(new Uint8Array(32).fill(1)).isValid(cookie, OWNER, 0)).toBe(false);
    expect(cookies.isValid(0, OWNER, 0)).toBe(false);
  });
});

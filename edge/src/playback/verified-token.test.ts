import { PLAYBACK_TOKEN_AUDIENCE, PLAYBACK_TOKEN_ISSUER, PlaybackTokenClaims } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { RevocationIndex } from '../channel/channel-policy.ts';
import { type Circumstances, VerifiedToken } from './verified-token.ts';

const ISSUED_MS = Date.UTC(2026, 10, 26, 12);

function token(claims: object = {}): VerifiedToken {
  const usual = {
    iss: PLAYBACK_TOKEN_ISSUER,
    aud: PLAYBACK_TOKEN_AUDIENCE,
    channel: 'demo',
    jti: 'one',
    iat: ISSUED_MS / 1_000,
    nbf: ISSUED_MS / 1_000 + 10,
    exp: ISSUED_MS / 1_000 + 100,
  };
  return new VerifiedToken('kid', PlaybackTokenClaims.parse({ ...usual, ...claims }));
}

function refusal(claims: object, circumstances: Partial<Circumstances> = {}) {
  const usual = { channelId: 'demo', country: undefined, address: undefined, site: 'unasked' } as const;
  return token(claims).refusal({ ...usual, nowMs: ISSUED_MS + 50_000, ...circumstances });
}

describe('a verified token', () => {
  it.each([
    [10_000 - 5_001, 'token-not-yet-valid'],
    [10_000 - 5_000, undefined],
    [100_000 + 4_999, undefined],
    [100_000 + 5_000, 'token-expired'],
  ])('%i ms after it was issued: %s, for clocks may differ by five seconds', (sinceMs, expected) => {
    expect(refusal({}, { nowMs: ISSUED_MS + sinceMs })).toBe(expected);
  });

  it('is bound to a network also where the viewer’s IPv4 address is written as IPv6', () => {
    expect(refusal({ addresses: ['192.0.2.0/24'] }, { address: '::ffff:192.0.2.7' })).toBeUndefined();
    expect(refusal({ addresses: ['192.0.2.0/24'] }, { address: 'unknown' })).toBe('token-not-for-this-address');
  });

  it('must pass every limit that it has', () => {
    const all = { countries: ['DE'], addresses: ['192.0.2.0/24'], sites: ['https://a.example'] };
    const right = { country: 'DE', address: '192.0.2.1', site: { origin: 'https://a.example' } };
    expect(refusal(all, right)).toBeUndefined();
    expect(refusal(all, { ...right, country: 'FR' })).toBe('token-not-for-this-country');
    expect(refusal(all, { ...right, address: '192.0.3.1' })).toBe('token-not-for-this-address');
    expect(refusal(all, { ...right, site: { origin: undefined } })).toBe('token-not-for-this-site');
    // A page is opened from anywhere.
    expect(refusal(all, { ...right, site: 'unasked' })).toBeUndefined();
  });

  it('gives the right to export where it says so, and in no other', () => {
    expect(token({ mayExport: true }).rights).toEqual({ seesPrivate: true, mayExport: true });
    for (const claims of [{}, { mayExport: false }]) expect(token(claims).rights).not.toHaveProperty('mayExport');
  });

  it('is revoked to the millisecond, though its time is told in seconds', () => {
    const isRevoked = (issuedAtMs: number, issuedBeforeMs: number) =>
      token({ iat: issuedAtMs / 1_000, sub: 'anna' }).isRevoked(
        new RevocationIndex({ version: 1, revocations: [{ issuedBeforeMs, subject: 'anna' }] }),
      );
    for (let ms = ISSUED_MS; ms < ISSUED_MS + 1_000; ms += 1) {
      expect([isRevoked(ms, ms), isRevoked(ms, ms + 1)]).toEqual([false, true]);
    }
  });
});

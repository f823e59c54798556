import { PLAYBACK_REVOCATIONS_MAX, PLAYBACK_TOKEN_LIFETIME_S, type PlaybackRevocation } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptPolicy, type RevocableToken, RevocationIndex } from './channel-policy.ts';

const NOW_MS = Date.UTC(2026, 10, 26);
const LIFETIME_MS = PLAYBACK_TOKEN_LIFETIME_S.max * 1_000;

const anyId = fc.constantFrom('one', 'two', 'three');
const anyMs = fc.integer({ min: NOW_MS - 5, max: NOW_MS + 5 });
const anyRevocation: fc.Arbitrary<PlaybackRevocation> = fc.record(
  { issuedBeforeMs: anyMs, jti: anyId, subject: anyId },
  { requiredKeys: ['issuedBeforeMs'] },
);
const anyToken: fc.Arbitrary<RevocableToken> = fc.record(
  { issuedAtMs: anyMs, jti: anyId, subject: anyId },
  { requiredKeys: ['issuedAtMs', 'jti'] },
);

/** As the words in contracts say. */
function isHit(token: RevocableToken, revocations: readonly PlaybackRevocation[]): boolean {
  return revocations.some(
    ({ issuedBeforeMs, jti, subject }) =>
      (jti === undefined ? token.issuedAtMs < issuedBeforeMs : jti === token.jti) &&
      (subject === undefined || subject === token.subject),
  );
}

/** One that is for more tokens and as late takes the place of one that names a token by its id. */
function inForce(told: readonly PlaybackRevocation[]): PlaybackRevocation[] {
  return told.filter(
    ({ issuedBeforeMs, jti, subject }) =>
      jti === undefined ||
      !told.some(
        (other) =>
          other.jti === undefined &&
          other.issuedBeforeMs >= issuedBeforeMs &&
          (other.subject === undefined || other.subject === subject),
      ),
  );
}

describe('revocations', () => {
  it('hit the tokens that they name, however they are told, and forget none for being many', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyRevocation)), fc.array(anyToken), (batches, tokens) => {
        const revocations = new KeptPolicy();
        for (const batch of batches) revocations.add(batch, NOW_MS);
        const index = new RevocationIndex(revocations.policy);
        for (const token of tokens) expect(index.hits(token)).toBe(isHit(token, inForce(batches.flat())));
      }),
    );
  });

  it('hit the token that they name by its id, also where the clock that it was issued by is ahead', () => {
    const ahead = { jti: 'one', subject: 'anna', issuedAtMs: NOW_MS + 5_000 };
    const hits = (revocation: Partial<PlaybackRevocation>, token: RevocableToken = ahead) => {
      const revocations = [{ issuedBeforeMs: NOW_MS, ...revocation }];
      return new RevocationIndex({ version: 1, revocations }).hits(token);
    };
    expect([hits({ jti: 'one' }), hits({ jti: 'one', subject: 'anna' })]).toEqual([true, true]);
    expect([hits({ subject: 'anna' }), hits({}), hits({ jti: 'one' }, { ...ahead, jti: 'two' })]).not.toContain(true);
  });

  it('are the same told twice, and the version rises with what is new only', () => {
    fc.assert(
      fc.property(fc.array(anyRevocation, { minLength: 1 }), (told) => {
        const revocations = new KeptPolicy();
        expect(revocations.add(told, NOW_MS)).toBe('taken');
        const { policy } = revocations;
        expect(revocations.add(told.toReversed(), NOW_MS)).toBe('known');
        expect(revocations.policy).toBe(policy);
      }),
    );
  });

  it('are forgotten once every token that they hit is over, and not before', () => {
    const revocations = new KeptPolicy();
    const old = { issuedBeforeMs: NOW_MS, jti: 'old' };
    revocations.add([old], NOW_MS);
    revocations.add([{ issuedBeforeMs: NOW_MS, jti: 'one' }], NOW_MS + LIFETIME_MS - 1);
    expect(revocations.policy.revocations).toContainEqual(old);
    revocations.add([{ issuedBeforeMs: NOW_MS + LIFETIME_MS, jti: 'new' }], NOW_MS + LIFETIME_MS);
    expect(revocations.policy.revocations).toEqual([{ issuedBeforeMs: NOW_MS + LIFETIME_MS, jti: 'new' }]);
    expect(revocations.add([old], NOW_MS + LIFETIME_MS)).toBe('known');
  });

  it('are a bounded number: more are refused, and one for all takes the place of all', () => {
    const revocations = new KeptPolicy();
    const many = Array.from({ length: PLAYBACK_REVOCATIONS_MAX }, (_, index) => ({
      issuedBeforeMs: NOW_MS,
      jti: `t${index}`,
    }));
    expect(revocations.add(many, NOW_MS)).toBe('taken');
    expect(revocations.add([{ issuedBeforeMs: NOW_MS, jti: 'one-more' }], NOW_MS)).toBe('full');
    expect(revocations.policy.revocations).toEqual(many);
    expect(revocations.add([{ issuedBeforeMs: NOW_MS + 1 }], NOW_MS)).toBe('taken');
    expect(revocations.policy).toEqual({ version: 2, revocations: [{ issuedBeforeMs: NOW_MS + 1 }] });
  });
});

describe('the sites that may embed a channel', () => {
  const told = (channelVersion: number, channelCreatedAtMs = NOW_MS) => ({
    embedSites: [`v${channelVersion}.example.com`],
    channelCreatedAtMs,
    channelVersion,
  });

  it('are those that were said last, in whatever order that comes', () => {
    const policy = new KeptPolicy();
    expect([policy.setEmbedding(told(2)), policy.setEmbedding(told(1)), policy.setEmbedding(told(2))]).toEqual([
      'taken',
      'known',
      'known',
    ]);
    expect(policy.policy).toEqual({ version: 1, revocations: [], embedding: told(2) });
    expect(policy.setEmbedding(told(3))).toBe('taken');
    // A later channel of the same name counts its versions anew.
    expect(policy.setEmbedding(told(1, NOW_MS + 1))).toBe('taken');
    expect(policy.setEmbedding(told(9))).toBe('known');
    expect(policy.policy).toMatchObject({ version: 3, embedding: told(1, NOW_MS + 1) });
  });

  it('and what was revoked leave each other alone, and go with the channel, which that does not', () => {
    const policy = new KeptPolicy();
    policy.setEmbedding(told(1));
    policy.add([{ issuedBeforeMs: NOW_MS }], NOW_MS);
    expect(policy.policy).toEqual({ version: 2, revocations: [{ issuedBeforeMs: NOW_MS }], embedding: told(1) });
    expect([policy.forgetEmbedding(), policy.forgetEmbedding()]).toEqual(['taken', 'known']);
    expect(policy.policy).toEqual({ version: 3, revocations: [{ issuedBeforeMs: NOW_MS }] });
  });
});

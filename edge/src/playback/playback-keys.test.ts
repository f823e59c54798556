import { exportJWK, generateKeyPair } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { PlaybackKeys } from './playback-keys.ts';

const NOW_MS = Date.UTC(2026, 10, 26);

async function jwk(kid: string): Promise<object> {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(publicKey)), kid };
}

/** The control API, as the edge asks it; `undefined`: it is away. */
let served: { readonly keys: readonly object[] } | undefined;
/** What the data centre remembers. */
let kept: typeof served;
let asked: number;
let recalled: number;
let inBackground: Promise<unknown>[];
let keys: PlaybackKeys;
beforeEach(async () => {
  served = { keys: [await jwk('old')] };
  kept = undefined;
  asked = 0;
  recalled = 0;
  inBackground = [];
  keys = new PlaybackKeys({
    ask: async () => {
      asked += 1;
      if (served === undefined) throw new Error('nobody answers');
      return served;
    },
    recall: async () => {
      recalled += 1;
      return kept;
    },
  });
});

const life = { waitUntil: (promise: Promise<unknown>) => void inBackground.push(promise) };
const asker = { life, origin: 'https://edge.example' };

/** What becomes of a viewer whose token was signed with that key. */
async function found(kid: string, sinceMs = 0): Promise<'key' | 'unknown' | 'unreachable'> {
  const key = await keys.find(kid, asker, NOW_MS + sinceMs);
  return typeof key === 'string' ? key : 'key';
}

function all(count: number, kid: (index: number) => string, sinceMs = 0): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => found(kid(index), sinceMs)));
}

describe('the keys of playback tokens', () => {
  it('are asked for once, however many viewers come at the same time', async () => {
    expect(new Set(await all(500, () => 'old'))).toEqual(new Set(['key']));
    expect(asked).toBe(1);
  });

  it('are asked for again for a key that is new, and for made-up ones once in five seconds', async () => {
    expect(await found('old')).toBe('key');
    served = { keys: [await jwk('new'), ...(served?.keys ?? [])] };
    expect(await found('new', 5_000)).toBe('key');
    expect(asked).toBe(2);
    expect(new Set(await all(500, (index) => `made-up-${index}`, 5_001))).toEqual(new Set(['unknown']));
    expect(await found('made-up', 9_999)).toBe('unknown');
    expect(asked).toBe(2);
    expect(await found('made-up', 10_000)).toBe('unknown');
    expect(asked).toBe(3);
    expect([await found('old', 10_001), await found('new', 10_001)]).toEqual(['key', 'key']);
  });

  it('go on being good while the control API is away, and others cannot be told from made-up ones', async () => {
    expect(await found('old')).toBe('key');
    served = undefined;
    for (let sinceMs = 1_000; sinceMs < 3_600_000; sinceMs += 60_000) {
      expect(await found('old', sinceMs)).toBe('key');
      await Promise.all(inBackground);
    }
    const askedBefore = asked;
    expect(new Set(await all(500, (index) => `other-${index}`, 4_000_000))).toEqual(new Set(['unreachable']));
    expect(await found('other', 4_004_999)).toBe('unreachable');
    // A question that failed is tried once more by one of those who wait (collapse).
    expect(asked - askedBefore).toBeLessThanOrEqual(2);
    served = { keys: [await jwk('other')] };
    expect(await found('other', 4_005_000)).toBe('key');
  });

  it('are those that somebody near by was told, in an isolate that begins while the control API is away', async () => {
    kept = served;
    served = undefined;
    expect(new Set(await all(500, () => 'old'))).toEqual(new Set(['key']));
    expect(recalled).toBe(1);
    expect(await found('new', 5_000)).toBe('unreachable');
    served = { keys: [await jwk('new')] };
    expect([await found('new', 10_000), await found('old', 10_001)]).toEqual(['key', 'unknown']);
  });

  it('are let go of half a minute after they were retired, behind the back of a viewer who is let in once more', async () => {
    expect(await found('old')).toBe('key');
    served = { keys: [await jwk('new')] };
    expect(await found('old', 29_999)).toBe('key');
    expect(asked).toBe(1);
    expect(await found('old', 30_000)).toBe('key');
    await Promise.all(inBackground);
    expect([await found('old', 30_001), await found('new', 30_001), asked]).toEqual(['unknown', 'key', 2]);
  });

  it.each([
    ['no set', 'hello'],
    ['a set of something else', { keys: [{ kty: 'RSA', kid: 'rsa', n: 'AQAB', e: 'AQAB' }] }],
    ['a key on another curve', { keys: [{ kty: 'EC', kid: 'x', crv: 'P-384', x: 'AA', y: 'AA' }] }],
    ['more keys than there can be', { keys: Array.from({ length: 9 }, (_, kid) => ({ kty: 'EC', kid: `${kid}` })) }],
  ])('stay as they were when the answer is %s', async (_what, answer) => {
    expect(await found('old')).toBe('key');
    served = answer as typeof served;
    expect(await found('new', 6_000)).toBe('unreachable');
    expect(await found('old', 6_001)).toBe('key');
  });
});

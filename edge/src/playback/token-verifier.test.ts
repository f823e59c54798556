import { env } from 'cloudflare:workers';
import { exportJWK, generateKeyPair, type JWTPayload } from 'jose';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { testGrant } from '../testing/test-grant.ts';
import { type TestPlaybackTokenOptions, testPlaybackToken } from '../testing/test-playback-token.ts';
import { PlaybackKeys } from './playback-keys.ts';
import { TokenVerifier } from './token-verifier.ts';

const NOW_MS = Date.now();
const REMEMBERED_MAX = 10;

let served: { readonly keys: readonly object[] } | undefined;
let inBackground: Promise<unknown>[];
let verifier: TokenVerifier;
beforeEach(async () => {
  const { d: _, ...publicJwk } = JSON.parse(env.TEST_PLAYBACK_JWK);
  served = { keys: [{ ...publicJwk, kid: 'playback' }] };
  inBackground = [];
  const ask = async () => {
    if (served === undefined) throw new Error('nobody answers');
    return served;
  };
  verifier = new TokenVerifier(new PlaybackKeys({ ask, recall: async () => undefined }), REMEMBERED_MAX);
});

const life = { waitUntil: (promise: Promise<unknown>) => void inBackground.push(promise) };
const asker = { life, origin: 'https://edge.example' };

async function verdict(text: string, sinceMs = 0): Promise<string> {
  return (await verifier.verify(text, asker, NOW_MS + sinceMs)).kind;
}

function token(options: Partial<TestPlaybackTokenOptions> = {}): Promise<string> {
  return testPlaybackToken({ channelId: 'demo', ...options });
}

describe('a playback token is verified', () => {
  it('when the control API signed it with a key for that', async () => {
    const read = await verifier.verify(await token({ claims: { heightPxMax: 480 } }), asker, NOW_MS);
    expect(read).toMatchObject({ kind: 'verified', token: { channelId: 'demo', rights: { heightPxMax: 480 } } });
  });

  it('once, and then remembered', async () => {
    const text = await token();
    const verify = vi.spyOn(crypto.subtle, 'verify');
    for (let count = 0; count < 5; count += 1) expect(await verdict(text)).toBe('verified');
    expect(verify).toHaveBeenCalledTimes(1);
    verify.mockRestore();
  });

  it('and not when somebody else signed it, whatever they claim', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const publicText = new TextEncoder().encode(JSON.stringify(served));
    const [header, payload] = (await token()).split('.');
    const none = `${btoa('{"alg":"none","kid":"playback"}').replaceAll('=', '')}.${payload}.${header}`;
    const forged = [
      await token({ signingKey: privateKey }),
      await token({ signingKey: privateKey, kid: 'another' }),
      await token({ signingKey: publicText, algorithm: 'HS256' }),
      none,
      none.slice(0, none.lastIndexOf('.') + 1),
      // A grant says more than anybody who watches may: it is signed with another key, which is not looked for here.
      await testGrant({ channelId: 'demo' }),
    ];
    for (const text of forged) expect(await verdict(text)).toBe('invalid');
    expect(verifier.rememberedCount).toBe(0);
  });

  it.each([
    { iss: 'somebody' },
    { aud: 'sluice-edge' },
    { channel: 'No' },
    { jti: '' },
    { exp: 'tomorrow' },
    { countries: [] },
  ])('and not with the claims %j, though it is signed', async (claims) => {
    expect(await verdict(await token({ claims: claims as JWTPayload }))).toBe('invalid');
  });

  it('not any more once its key is retired, though it is remembered', async () => {
    const text = await token();
    expect(await verdict(text)).toBe('verified');
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    served = { keys: [{ ...(await exportJWK(publicKey)), kid: 'new' }] };
    await verdict(text, 30_000);
    await Promise.all(inBackground);
    expect([await verdict(text, 30_001), verifier.rememberedCount]).toEqual(['invalid', 0]);
  });

  it('while the control API is away, if its key is known; else nobody can tell', async () => {
    const text = await token();
    served = undefined;
    expect(await verdict(text)).toBe('unverifiable');
    const { d: _, ...publicJwk } = JSON.parse(env.TEST_PLAYBACK_JWK);
    served = { keys: [{ ...publicJwk, kid: 'playback' }] };
    expect(await verdict(text, 5_000)).toBe('verified');
    served = undefined;
    expect(await verdict(await token(), 3_600_000)).toBe('verified');
    await Promise.all(inBackground);
  });

  it('and a bounded number is remembered: the one that was used the longest ago goes', async () => {
    const texts = await Promise.all(Array.from({ length: REMEMBERED_MAX + 1 }, () => token()));
    const verify = vi.spyOn(crypto.subtle, 'verify');
    const [first = '', ...others] = texts;
    for (const text of [first, ...others.slice(0, -1), first, others.at(-1) ?? '']) await verdict(text);
    expect([verifier.rememberedCount, verify.mock.calls.length]).toEqual([REMEMBERED_MAX, REMEMBERED_MAX + 1]);
    await verdict(first);
    expect(verify).toHaveBeenCalledTimes(REMEMBERED_MAX + 1);
    await verdict(others[0] ?? '');
    expect(verify).toHaveBeenCalledTimes(REMEMBERED_MAX + 2);
    verify.mockRestore();
  });
});

import { env } from 'cloudflare:workers';
import { generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { readJwks } from '../environment.ts';
import { type TestGrantOptions, testGrant } from '../testing/test-grant.ts';
import { GrantVerifier } from './grant-verifier.ts';

const verifier = new GrantVerifier(readJwks(env));

async function verdict(options: Partial<TestGrantOptions> = {}, nowMs = Date.now()) {
  return (await verifier.verify(await testGrant({ channelId: 'demo', ...options }), nowMs)).kind;
}

describe('a grant', () => {
  it('is granted when the control API signed it, with all that it claims', async () => {
    const read = await verifier.verify(await testGrant({ channelId: 'demo', dvrWindowS: 45 }), Date.now());
    expect(read).toMatchObject({ kind: 'granted', claims: { sub: 'demo', node: 'node-a', dvrWindowS: 45 } });
  });

  it.each<[string, Partial<TestGrantOptions>]>([
    ['another issuer', { claims: { iss: 'somebody' } }],
    ['another audience', { claims: { aud: 'sluice-player' } }],
    ['a channel that cannot be', { channelId: 'No Such' }],
    ['a node that cannot be', { nodeId: '' }],
    ['a policy that nobody knows', { takeover: 'share' }],
    ['a DVR window beyond all limits', { dvrWindowS: 1_000_000 }],
  ])('is invalid with %s', async (_what, options) => {
    expect(await verdict(options)).toBe('invalid');
  });

  it('is invalid when somebody else signed it, or with a shared secret', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    expect(await verdict({ signingKey: privateKey })).toBe('invalid');
    const publicKeyAsSecret = new TextEncoder().encode(env.CONTROL_JWKS);
    expect(await verdict({ signingKey: publicKeyAsSecret, algorithm: 'HS256' })).toBe('invalid');
  });

  it.each(['', 'a', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.', 'x'.repeat(5_000)])(
    'is invalid when it is none: %#',
    async (text) => {
      expect((await verifier.verify(text, Date.now())).kind).toBe('invalid');
    },
  );

  it('is invalid with one character of its signature changed', async () => {
    const grant = await testGrant({ channelId: 'demo' });
    const at = grant.length - 10;
    const changed = grant.slice(0, at) + (grant[at] === 'A' ? 'B' : 'A') + grant.slice(at + 1);
    expect((await verifier.verify(changed, Date.now())).kind).toBe('invalid');
  });

  it('expires five seconds after its time, whether it is remembered or not', async () => {
    const expiresAtS = Math.floor(Date.now() / 1_000) + 60;
    const grant = await testGrant({ channelId: 'demo', expiresAtS });
    const at = (sinceS: number) => verifier.verify(grant, (expiresAtS + sinceS) * 1_000);
    // The first look remembers it; the ones after go by what is remembered.
    expect((await at(-1)).kind).toBe('granted');
    expect((await at(4.9)).kind).toBe('granted');
    expect((await at(5)).kind).toBe('expired');
    expect((await at(6)).kind).toBe('expired');
  });
});

describe('the deployment’s keys', () => {
  it.each(['', 'no JSON', '{}', '{"keys":[]}', '{"keys":[{}]}'])('are refused when they are %s', (text) => {
    expect(() => readJwks({ CONTROL_JWKS: text })).toThrow();
  });
});

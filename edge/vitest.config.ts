import { fileURLToPath } from 'node:url';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { exportJWK, generateKeyPair } from 'jose';
import { defineConfig } from 'vitest/config';

/** The control API's part in these tests: its public key goes to the Worker, its private one to src/testing/. */
async function controlKeys(): Promise<{ readonly jwks: string; readonly signingJwk: string }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    jwks: JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256' }] }),
    signingJwk: JSON.stringify(await exportJWK(privateKey)),
  };
}

/** Everything of the edge is tested where it runs, in workerd, with real Durable Objects and a real bucket binding. */
export default defineConfig({
  plugins: [
    cloudflareTest(async () => {
      const { jwks, signingJwk } = await controlKeys();
      return {
        wrangler: { configPath: fileURLToPath(new URL('wrangler.jsonc', import.meta.url)) },
        miniflare: { bindings: { CONTROL_JWKS: jwks, TEST_SIGNING_JWK: signingJwk } },
      };
    }),
  ],
  // One workerd for all files is four times as fast as one each; every test has a channel of its own instead.
  test: { name: 'edge', include: ['src/**/*.test.ts'], setupFiles: ['src/testing/quiet-log.ts'], isolate: false },
});

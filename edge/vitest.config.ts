import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { build } from 'esbuild';
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

/** The control API's playback keys, and the one thing of it that the edge asks for by itself: their public half. */
async function playbackKeys(): Promise<{ readonly controlUrl: string; readonly signingJwk: string }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'playback', alg: 'ES256' }] });
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/.well-known/playback-jwks.json' ? 200 : 404;
    response.end(jwks);
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { controlUrl: `http://127.0.0.1:${port}`, signingJwk: JSON.stringify(await exportJWK(privateKey)) };
}

/** Another Worker beside the one under test, of one of the modules in src/testing/. */
async function besides(name: string) {
  const entry = fileURLToPath(new URL(`src/testing/${name}.ts`, import.meta.url));
  const built = await build({ entryPoints: [entry], bundle: true, format: 'esm', target: 'es2024', write: false });
  const contents = built.outputFiles[0]?.text ?? '';
  return {
    name,
    compatibilityDate: '2026-11-01',
    modules: [{ type: 'ESModule' as const, path: `${name}.js`, contents }],
  };
}

/** Everything of the edge is tested where it runs, in workerd, with real Durable Objects and a real bucket binding. */
export default defineConfig({
  plugins: [
    cloudflareTest(async () => {
      const { jwks, signingJwk } = await controlKeys();
      const playback = await playbackKeys();
      return {
        wrangler: { configPath: fileURLToPath(new URL('wrangler.jsonc', import.meta.url)) },
        miniflare: {
          bindings: {
            CONTROL_JWKS: jwks,
            CONTROL_URL: playback.controlUrl,
            // The test runner's Worker has no promises between requests, whatever the platform has: collapsing is tested
            // in a Worker beside it, and on the whole way.
            PLAYLIST_COLLAPSING: 'off',
            MEDIA_COLLAPSING: 'off',
            TEST_SIGNING_JWK: signingJwk,
            TEST_PLAYBACK_JWK: playback.signingJwk,
          },
          serviceBindings: { COLLAPSE_LAB: 'collapse-lab' },
          workers: [await besides('collapse-lab')],
        },
      };
    }),
  ],
  // One workerd for all files is four times as fast as one each; every test has a channel of its own instead.
  test: {
    name: 'edge',
    maxWorkers: '100%',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/testing/quiet-log.ts'],
    globalSetup: ['vitest.storage.ts'],
    isolate: false,
  },
});

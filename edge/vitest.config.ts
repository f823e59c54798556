import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { build } from 'esbuild';
import { exportJWK, generateKeyPair } from 'jose';
import { defineConfig } from 'vitest/config';
import { controlStandIn } from './vitest.control.ts';

/** The control API's part in these tests: its public key goes to the Worker, its private one to src/testing/. */
async function controlKeys(): Promise<{ readonly jwks: string; readonly signingJwk: string }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    jwks: JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256' }] }),
    signingJwk: JSON.stringify(await exportJWK(privateKey)),
  };
}

/** The control API as the edge asks and tells it: the public half of its playback keys, and who takes events. */
async function controlServer(): Promise<Record<'controlUrl' | 'signingJwk' | 'edgeToken', string>> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'playback', alg: 'ES256' }] });
  const edgeToken = randomBytes(24).toString('hex');
  const server = createServer(controlStandIn(jwks, edgeToken));
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const signingJwk = JSON.stringify(await exportJWK(privateKey));
  return { controlUrl: `http://127.0.0.1:${port}`, signingJwk, edgeToken };
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
      const control = await controlServer();
      return {
        wrangler: { configPath: fileURLToPath(new URL('wrangler.jsonc', import.meta.url)) },
        miniflare: {
          bindings: {
            CONTROL_JWKS: jwks,
            CONTROL_URL: control.controlUrl,
            EDGE_TOKEN: control.edgeToken,
            // The test runner's Worker has no promises between requests, whatever the platform has: collapsing is tested
            // in a Worker beside it, and on the whole way.
            PLAYLIST_COLLAPSING: 'off',
            MEDIA_COLLAPSING: 'off',
            TEST_SIGNING_JWK: signingJwk,
            TEST_PLAYBACK_JWK: control.signingJwk,
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
    maxWorkers: availableParallelism() + 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ['src/**/*.test.ts'],
    // Every Worker and object of a workerd shares its timers, also those that an earlier file left behind: one that sets
    // a faked timer is called in another's name, which workerd refuses. What needs faked timers is pure, and tested as
    // a unit.
    exclude: ['src/**/*.unit.test.ts'],
    fakeTimers: { toFake: ['Date'] },
    setupFiles: ['src/testing/quiet-log.ts'],
    globalSetup: ['vitest.storage.ts'],
    isolate: false,
  },
});

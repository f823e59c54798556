import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildWorker } from '@sluice/edge/build';
import { expect, it } from 'vitest';
import { CloudflareStandIn, STAND_IN_TOKEN } from '../testing/cloudflare-stand-in.ts';
import { AssetStore, EDGE_TOKEN, EdgeWorld, R2_STORAGE } from '../testing/edge-world.ts';
import type { KeptWorker } from '../testing/stand-in-account.ts';
import { readWorkerConfig } from './wrangler-config.ts';

const CONFIG_PATH = fileURLToPath(import.meta.resolve('@sluice/edge/wrangler.jsonc'));
const WRANGLER = fileURLToPath(new URL('bin/wrangler.js', import.meta.resolve('wrangler/package.json')));
const NAME = 'sluice-test';
const DOMAIN = 'live.example.com';
const run = promisify(execFile);

/** As docs/CLOUDFLARE.md says it. */
async function deployByWrangler(
  standIn: CloudflareStandIn,
  workerPath: string,
  vars: readonly string[],
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  const secretsFile = join(directory, 'secrets.json');
  await writeFile(secretsFile, JSON.stringify({ EDGE_TOKEN }));
  const words = ['deploy', workerPath, '--no-bundle', '--config', CONFIG_PATH, '--name', NAME, '--domain', DOMAIN];
  const variables = vars.flatMap((each) => ['--var', each]);
  await run(process.execPath, [WRANGLER, ...words, '--secrets-file', secretsFile, ...variables], {
    env: {
      HOME: directory,
      PATH: process.env.PATH,
      CI: 'true',
      CLOUDFLARE_API_BASE_URL: standIn.url,
      CLOUDFLARE_API_TOKEN: STAND_IN_TOKEN,
      CLOUDFLARE_ACCOUNT_ID: standIn.account.accountId,
      WRANGLER_SEND_METRICS: 'false',
    },
  });
}

/** What may differ, and why; everything else must be the same. */
const ALLOWED = {
  /** How this stack finds its Worker again; wrangler's has none. */
  tags: undefined,
  /** wrangler keeps secrets that it is not told of; the stack tells all of them. */
  keep_bindings: undefined,
  /** For Cloudflare's statistics. */
  package_dependencies: undefined,
};

function comparable(worker: KeptWorker | undefined) {
  const bindings = worker?.metadata.bindings.map((binding) => {
    // wrangler.jsonc names the bucket that it binds; a stack has one of its own.
    return binding.type === 'r2_bucket' ? { ...binding, bucket_name: 'any' } : binding;
  });
  const sorted = bindings?.toSorted((one, other) => one.name.localeCompare(other.name));
  return {
    ...worker,
    code: undefined,
    tags: undefined,
    metadata: { ...worker?.metadata, ...ALLOWED, bindings: sorted },
  };
}

it('wrangler and the stack deploy the same Worker, but for what is named here', async () => {
  const { path, code } = await buildWorker();
  await using assets = await AssetStore.start();
  await using world = await EdgeWorld.start(assets);
  const properties = world.properties(await assets.put('worker.js', code), readWorkerConfig(CONFIG_PATH));
  expect((await world.stack.create(properties)).Reason).toBeUndefined();
  const ours = world.cloudflare.account.workers.get(NAME);

  await using standIn = await CloudflareStandIn.start();
  standIn.account.addBucket('media');
  const keys = await (await fetch(`${world.controlUrl}/.well-known/jwks.json`)).text();
  await deployByWrangler(standIn, path, [`CONTROL_URL:${world.controlUrl}`, `CONTROL_JWKS:${keys}`]);
  const theirs = standIn.account.workers.get(NAME);

  // Two and a half megabytes: nobody wants to see the difference.
  expect([ours?.code.length, ours?.code === theirs?.code]).toEqual([theirs?.code.length, true]);
  expect(comparable(ours)).toEqual(comparable(theirs));
  expect(ours?.metadata.migrations).toMatchObject({ new_tag: 'v2', steps: [{}, {}] });
  expect(standIn.account.workerDomains).toMatchObject([{ hostname: DOMAIN, service: NAME }]);
  expect(world.cloudflare.account.workerDomains).toMatchObject([{ hostname: DOMAIN, service: NAME }]);
  expect([...standIn.violations, ...world.cloudflare.violations]).toEqual([]);
  // What is allowed to differ does.
  expect([ours?.tags.length, theirs?.tags.length]).toEqual([1, 0]);
  expect(ours?.metadata.bindings).toContainEqual(expect.objectContaining({ bucket_name: R2_STORAGE.BucketName }));
});

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, Stack } from 'aws-cdk-lib/core';
import { expect, it } from 'vitest';
import { AssetStore, EdgeWorld, S3_KEY } from '../testing/edge-world.ts';
import { StackStandIn } from '../testing/stack-stand-in.ts';
import { CloudflareEdge } from './cloudflare-edge.ts';
import { readWorkerConfig } from './wrangler-config.ts';

const CONFIG = readWorkerConfig(fileURLToPath(import.meta.resolve('@sluice/edge/wrangler.jsonc')));
const CODE = 'class ChannelObject {} class RelayObject {} class DirectoryObject {}';
/** As Lambda does it: imports the file, and calls what it exports. */
const LAMBDA = `const { handler } = await import(process.argv[1]); await handler(JSON.parse(process.argv[2]));`;
const run = promisify(execFile);

/** The directory that CDK would upload as the function's code. */
async function bundledFunction(workerPath: string): Promise<string> {
  const app = new App();
  const stack = new Stack(app, 'Edge');
  const secret = (id: string) => Secret.fromSecretNameV2(stack, id, id);
  new CloudflareEdge(stack, 'Edge', {
    accountId: 'a'.repeat(32),
    zoneId: 'f'.repeat(32),
    domain: 'live.example.com',
    deployment: 'test',
    apiTokenSecret: secret('Token'),
    edgeTokenSecret: secret('EdgeToken'),
    controlUrl: 'https://control.example.com',
    storage: { kind: 'r2', credentialsSecret: secret('R2') },
    workerPath,
  });
  const { directory } = app.synth();
  const names = await readdir(directory);
  const name = names.find((each) => /^asset\.[0-9a-f]{64}$/.test(each));
  return join(directory, name ?? 'no asset');
}

it('the function as it is uploaded makes the edge, in a process of its own', async () => {
  await using assets = await AssetStore.start();
  await using world = await EdgeWorld.start(assets);
  const workerPath = join(await mkdtemp(join(tmpdir(), 'sluice-test-')), 'worker.js');
  await writeFile(workerPath, CODE);
  const directory = await bundledFunction(workerPath);
  expect(await readdir(directory)).toEqual(['index.mjs']);
  const environment = {
    CLOUDFLARE_API_BASE_URL: world.cloudflare.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: world.secrets.url,
    AWS_ENDPOINT_URL_S3: assets.endpoint,
    AWS_REGION: 'auto',
    AWS_ACCESS_KEY_ID: S3_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: S3_KEY.secretAccessKey,
  };
  const logs: string[] = [];
  await using stack = await StackStandIn.start(async (event) => {
    const words = ['--input-type=module', '-e', LAMBDA, pathToFileURL(join(directory, 'index.mjs')).href];
    const { stdout } = await run(process.execPath, [...words, JSON.stringify(event)], { env: environment });
    logs.push(stdout);
  });
  const answer = await stack.create(world.properties(await assets.put('code.js', CODE), CONFIG));
  expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { EdgeUrl: 'https://live.example.com' } });
  expect(world.cloudflare.account.workers.get('sluice-test')?.code).toBe(CODE);
  expect([...world.cloudflare.violations, ...stack.violations]).toEqual([]);
  expect(JSON.parse(logs[0] ?? '')).toEqual({ level: 'info', message: 'Create: done' });
});

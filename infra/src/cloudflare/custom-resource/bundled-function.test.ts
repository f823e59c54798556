import { execFile } from 'node:child_process';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, Stack } from 'aws-cdk-lib/core';
import { expect, it } from 'vitest';
import { CloudflareBucket } from '../bucket-resource/cloudflare-bucket.ts';
import { CloudflareEdge } from '../edge-resource/cloudflare-edge.ts';
import { readWorkerConfig } from '../edge-resource/wrangler-config.ts';
import { BUCKET_NAME, BucketWorld } from '../testing/bucket-world.ts';
import { AssetStore, EdgeWorld, S3_KEY } from '../testing/edge-world.ts';
import type { ResourceWorld } from '../testing/resource-world.ts';
import { StackStandIn } from '../testing/stack-stand-in.ts';

const CONFIG = readWorkerConfig(fileURLToPath(import.meta.resolve('@sluice/edge/wrangler.jsonc')));
const CODE = 'class ChannelObject {} class RelayObject {} class DirectoryObject {}';
/** As Lambda does it: imports the file, and calls what it exports. */
const LAMBDA = `const { handler } = await import(process.argv[1]); await handler(JSON.parse(process.argv[2]));`;
const DONE = { level: 'info', message: 'Create: done' };
const accountId = 'a'.repeat(32);
const run = promisify(execFile);

/** The one file that CDK would upload as the function's code. */
async function bundledFunction(add: (stack: Stack) => unknown): Promise<string> {
  const app = new App();
  add(new Stack(app, 'Stack'));
  const { directory } = app.synth();
  const names = await readdir(directory);
  const asset = join(directory, names.find((each) => /^asset\.[0-9a-f]{64}$/.test(each)) ?? 'no asset');
  expect(await readdir(asset)).toEqual(['index.mjs']);
  return join(asset, 'index.mjs');
}

/** A stack whose function is a process of its own each time; `logs` gets what it prints. */
function stackOf(file: string, world: ResourceWorld, logs: unknown[], more: Readonly<Record<string, string>> = {}) {
  const env = {
    CLOUDFLARE_API_BASE_URL: world.cloudflare.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: world.secrets.url,
    AWS_REGION: 'auto',
    AWS_ACCESS_KEY_ID: S3_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: S3_KEY.secretAccessKey,
    ...more,
  };
  return StackStandIn.start(async (event) => {
    const words = ['--input-type=module', '-e', LAMBDA, pathToFileURL(file).href, JSON.stringify(event)];
    logs.push(JSON.parse((await run(process.execPath, words, { env })).stdout));
  });
}

const secret = (stack: Stack, id: string) => Secret.fromSecretNameV2(stack, id, id);

it('the function as it is uploaded makes the bucket, in a process of its own', async () => {
  await using world = await BucketWorld.start();
  const file = await bundledFunction((stack) => {
    return new CloudflareBucket(stack, 'Bucket', {
      accountId,
      deployment: 'test',
      apiTokenSecret: secret(stack, 'Token'),
      bucketName: BUCKET_NAME,
      credentialsSecret: secret(stack, 'Keys'),
    });
  });
  const logs: unknown[] = [];
  await using stack = await stackOf(file, world, logs);
  expect(await stack.create(world.properties())).toMatchObject({
    Status: 'SUCCESS',
    Data: { BucketName: BUCKET_NAME },
  });
  expect(world.storedCredentials()).toEqual(world.fittingCredentials());
  expect([[...world.cloudflare.violations, ...stack.violations], logs]).toEqual([[], [DONE]]);
});

it('the function as it is uploaded makes the edge, in a process of its own', async () => {
  await using assets = await AssetStore.start();
  await using world = await EdgeWorld.start(assets);
  const workerPath = join(await mkdtemp(join(tmpdir(), 'sluice-test-')), 'worker.js');
  await writeFile(workerPath, CODE);
  const file = await bundledFunction((stack) => {
    return new CloudflareEdge(stack, 'Edge', {
      accountId,
      domain: 'live.example.com',
      workerName: 'sluice-test',
      apiTokenSecret: secret(stack, 'Token'),
      edgeTokenSecret: secret(stack, 'EdgeToken'),
      controlUrl: 'https://control.example.com',
      storage: { kind: 'r2', bucketName: BUCKET_NAME },
      workerPath,
    });
  });
  const logs: unknown[] = [];
  await using stack = await stackOf(file, world, logs, { AWS_ENDPOINT_URL_S3: assets.endpoint });
  const answer = await stack.create(world.properties(await assets.put('code.js', CODE), CONFIG));
  expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { EdgeUrl: 'https://live.example.com' } });
  expect(world.cloudflare.account.workers.get('sluice-test')?.code).toBe(CODE);
  expect([[...world.cloudflare.violations, ...stack.violations], logs]).toEqual([[], [DONE]]);
});

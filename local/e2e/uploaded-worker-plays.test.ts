import { fileURLToPath } from 'node:url';
import { ConsoleSetup } from '@sluice/contracts';
import { buildWorker } from '@sluice/edge/build';
import { AssetStore, EDGE_TOKEN_ARN, EdgeWorld, R2_STORAGE } from '@sluice/infra/edge-world';
import { readWorkerConfig } from '@sluice/infra/wrangler-config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OUR_PAGES, ourPageUrl } from '../src/browser/our-page.ts';
import type { EdgeDeployment } from '../src/system.ts';
import { TestSystem } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';
import type { UploadedWorker } from '../src/uploaded-worker.ts';

const SEEN_MS_MAX = 60_000;
const FRAMES = 60;
const WORKER_NAME = 'sluice-test';
const Broadcasts = z.object({ broadcasts: z.array(z.looseObject({ channelId: z.string() })) });

let test: TestSystem;
let uploaded: UploadedWorker;
let edgeToken: string;
beforeAll(async () => {
  test = await TestSystem.start({ deploy: deployToStandIn });
  test.publish();
  await untilLive(test.statusUrl);
});
afterAll(() => test?.[Symbol.asyncDispose]());

/** As `cdk deploy` does it: the custom resource's function, against the stand-in of Cloudflare's API. */
async function deployToStandIn(deployment: EdgeDeployment): Promise<UploadedWorker> {
  await using assets = await AssetStore.start();
  await using world = await EdgeWorld.start(assets);
  world.secrets.secrets.set(EDGE_TOKEN_ARN, JSON.stringify({ edgeToken: deployment.edgeToken }));
  world.cloudflare.account.addBucket(deployment.bucketName);
  const config = readWorkerConfig(fileURLToPath(import.meta.resolve('@sluice/edge/wrangler.jsonc')));
  const { code } = await buildWorker();
  const answer = await world.stack.create(
    world.properties(await assets.put('worker.js', code), config, {
      ControlUrl: deployment.controlUrl,
      Storage: { ...R2_STORAGE, BucketName: deployment.bucketName },
    }),
  );
  expect([answer.Reason, ...world.cloudflare.violations]).toEqual([undefined]);
  const worker = world.cloudflare.account.workers.get(WORKER_NAME);
  if (worker === undefined) throw new Error('nothing was uploaded');
  uploaded = worker;
  edgeToken = deployment.edgeToken;
  return worker;
}

describe('the Worker and its metadata, taken out of the upload and started in workerd', () => {
  it.each(OUR_PAGES)('play a real broadcast: %s', async (name) => {
    const { page, probe, close } = await test.newPage();
    await page.goto(ourPageUrl(name, test.watchUrl));
    const { frames } = await probe.until(
      'the picture going on',
      (record) => record.frames.length >= FRAMES,
      SEEN_MS_MAX,
    );
    await close();
    const times = new Set(frames.map(({ mediaTimeS }) => mediaTimeS));
    expect(times.size).toBeGreaterThan(FRAMES / 4);
  });

  it('have let the publisher in by the keys that the control API shows, and tell it of the broadcast', async () => {
    const { controlUrl, adminToken, channelId } = test.system;
    const headers = { authorization: `Bearer ${adminToken}` };
    const answer = await fetch(`${controlUrl}/v1/channels/${channelId}/broadcasts`, { headers });
    expect(Broadcasts.parse(await answer.json()).broadcasts).toMatchObject([{ channelId }]);
    expect(uploaded.metadata.bindings).toContainEqual({ type: 'secret_text', name: 'EDGE_TOKEN', text: edgeToken });
  });

  it('open the console to nobody without a token, also to pages of this machine', async () => {
    const { edgeUrl, adminToken } = test.system;
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`${edgeUrl}/api/v1/channels`, { headers: { 'sec-fetch-site': 'same-origin', ...headers } })).status;
    expect([await ask({}), await ask({ authorization: `Bearer ${adminToken}` })]).toEqual([401, 200]);
    const setup = await fetch(`${edgeUrl}/api/console.json`, { headers: { 'sec-fetch-site': 'same-origin' } });
    expect(ConsoleSetup.parse(await setup.json())).toMatchObject({ access: 'token', canSignIn: true, ingest: [] });
  });
});

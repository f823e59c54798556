import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { STAND_IN_TOKEN } from '../testing/cloudflare-stand-in.ts';
import { AssetStore, CREDENTIALS_ARN, EDGE_TOKEN, EdgeWorld, R2_STORAGE } from '../testing/edge-world.ts';
import type { Properties } from '../testing/stack-stand-in.ts';
import { readWorkerConfig } from './wrangler-config.ts';

const CONFIG = readWorkerConfig(fileURLToPath(import.meta.resolve('@sluice/edge/wrangler.jsonc')));
const V1 = { ...CONFIG, migrations: CONFIG.migrations.slice(0, 1), durable_objects: durableObjects(1) };
const CODE_V1 = 'export class ChannelObject {}\nexport default {};';
const CODE_V2 =
  'export class ChannelObject {}\nexport class RelayObject {}\nexport class DirectoryObject {}\nexport default {};';
const NAME = 'sluice-test';
const BUCKET = `default/${R2_STORAGE.BucketName}`;
const MEDIA_DOMAIN = 'media.example.com';
const Credentials = z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string() });

function durableObjects(count: number) {
  return { ...CONFIG.durable_objects, bindings: CONFIG.durable_objects.bindings.slice(0, count) };
}

let assets: AssetStore;
let codeV1: { readonly Bucket: string; readonly Key: string };
let codeV2: { readonly Bucket: string; readonly Key: string };
let world: EdgeWorld;
beforeAll(async () => {
  assets = await AssetStore.start();
  codeV1 = await assets.put('v1.js', CODE_V1);
  codeV2 = await assets.put('v2.js', CODE_V2);
});
afterAll(() => assets[Symbol.asyncDispose]());
beforeEach(async () => {
  world = await EdgeWorld.start(assets);
});
afterEach(async () => {
  const { cloudflare, stack } = world;
  const told = [...stack.answers.map((answer) => JSON.stringify(answer)), ...world.log].join('\n');
  await world[Symbol.asyncDispose]();
  expect([...cloudflare.violations, ...stack.violations]).toEqual([]);
  const values = cloudflare.account.tokens.map(({ value }) => value);
  for (const secret of [STAND_IN_TOKEN, EDGE_TOKEN, ...values]) expect(told).not.toContain(secret);
});

function properties(more: Properties = {}): Properties {
  return world.properties(codeV2, CONFIG, more);
}

/** Makes it, which must go well. */
async function create(wanted: Properties) {
  const answer = await world.stack.create(wanted);
  expect(answer.Reason).toBeUndefined();
  return answer;
}

function storedCredentials() {
  return Credentials.parse(JSON.parse(world.secrets.secrets.get(CREDENTIALS_ARN) ?? '{}'));
}

/** Whether what the ingest nodes are given opens the bucket. */
function expectCredentialsToFit(): void {
  const [token] = world.cloudflare.account.tokens;
  const secretAccessKey = createHash('sha256')
    .update(token?.value ?? '')
    .digest('hex');
  expect(storedCredentials()).toEqual({ accessKeyId: token?.id, secretAccessKey });
}

describe('a deployment of the edge', () => {
  it('makes everything that it needs, and says where it is', async () => {
    const storage = { ...R2_STORAGE, LocationHint: 'weur', MediaDaysMax: '30', MediaDomain: MEDIA_DOMAIN };
    const answer = await create(properties({ Storage: storage, Routes: ['example.com/tv/*'] }));
    const { account } = world.cloudflare;
    expect(answer).toMatchObject({
      Status: 'SUCCESS',
      Data: {
        WorkerName: NAME,
        EdgeUrl: 'https://live.example.com',
        BucketName: R2_STORAGE.BucketName,
        S3Endpoint: `https://${account.accountId}.r2.cloudflarestorage.com`,
        MediaBaseUrl: `https://${MEDIA_DOMAIN}`,
      },
    });
    expect(account.snapshot()).toMatchObject({
      workers: [[NAME, { isOnSubdomain: false, migrationTag: 'v2', code: CODE_V2 }]],
      workerDomains: [{ hostname: 'live.example.com', service: NAME }],
      routes: [{ pattern: 'example.com/tv/*', script: NAME }],
      buckets: [[BUCKET, { locationHint: 'weur', domains: [MEDIA_DOMAIN] }]],
      tokens: [{ name: expect.stringContaining('Sluice test') }],
    });
    expect([...account.rulesets.keys()].sort()).toEqual([
      'http_request_cache_settings',
      'http_request_firewall_custom',
    ]);
    expectCredentialsToFit();
  });

  it('binds what wrangler.jsonc and the deployment say', async () => {
    await create(properties());
    const metadata = world.cloudflare.account.workers.get(NAME)?.metadata;
    const bindings = Object.fromEntries(metadata?.bindings.map(({ name, ...binding }) => [name, binding]) ?? []);
    expect(bindings).toMatchObject({
      CHANNEL: { class_name: 'ChannelObject' },
      MEDIA: { type: 'r2_bucket', bucket_name: R2_STORAGE.BucketName },
      CONTROL_URL: { type: 'plain_text', text: world.controlUrl },
      WORKERS_CACHE: { text: 'off' },
      EDGE_TOKEN: { type: 'secret_text', text: EDGE_TOKEN },
    });
    const keys = bindings.CONTROL_JWKS;
    expect(JSON.parse(keys?.type === 'plain_text' ? keys.text : '')).toMatchObject({ keys: [{ kid: 'one' }] });
    expect(metadata).toMatchObject({ limits: CONFIG.limits, exports: CONFIG.exports });
  });

  it('starts the Worker at the times that wrangler.jsonc names, and no longer at those of before', async () => {
    const at = (...crons: string[]) => world.properties(codeV2, { ...CONFIG, triggers: { crons } });
    await create(at('*/5 * * * *', '0 3 * * *'));
    expect(world.cloudflare.account.workers.get(NAME)?.crons).toEqual(['*/5 * * * *', '0 3 * * *']);
    await world.stack.update(at('0 3 * * *'));
    expect(world.cloudflare.account.workers.get(NAME)?.crons).toEqual(['0 3 * * *']);
  });

  it('keeps media for as long as it is told, and never unfinished uploads', async () => {
    await create(properties({ Storage: { ...R2_STORAGE, MediaDaysMax: '2' } }));
    expect(world.cloudflare.account.buckets.get(BUCKET)?.lifecycle).toMatchObject({
      rules: [
        { abortMultipartUploadsTransition: { condition: { maxAge: 86_400 } } },
        { deleteObjectsTransition: { condition: { maxAge: 172_800 } } },
      ],
    });
  });

  it('reads media out of S3 where it lies there, and makes no bucket', async () => {
    world.secrets.secrets.set(CREDENTIALS_ARN, '{"accessKeyId":"AKIA","secretAccessKey":"s3-secret-of-the-tests"}');
    const s3 = {
      Kind: 's3',
      Endpoint: 'https://s3.eu-west-1.amazonaws.com',
      Region: 'eu-west-1',
      BucketName: 'media-of-the-tests',
      CredentialsSecretArn: CREDENTIALS_ARN,
    };
    const { Data } = await create(properties({ Storage: s3 }));
    expect(Data).toMatchObject({ BucketName: 'media-of-the-tests', S3Endpoint: s3.Endpoint, MediaBaseUrl: '' });
    const { account } = world.cloudflare;
    const names = account.workers.get(NAME)?.metadata.bindings.map(({ type, name }) => `${name} ${type}`);
    expect(names?.filter((name) => name.startsWith('MEDIA'))).toEqual([
      'MEDIA_S3_ENDPOINT plain_text',
      'MEDIA_S3_REGION plain_text',
      'MEDIA_S3_BUCKET plain_text',
      'MEDIA_S3_ACCESS_KEY_ID secret_text',
      'MEDIA_S3_SECRET_ACCESS_KEY secret_text',
    ]);
    expect([account.buckets.size, account.tokens.length]).toEqual([0, 0]);
  });

  it('makes no token where the credentials are somebody’s, and may not need to', async () => {
    const theirs = '{"accessKeyId":"theirs","secretAccessKey":"secret-of-theirs"}';
    world.secrets.secrets.set(CREDENTIALS_ARN, theirs);
    world.cloudflare.denied.add('tokens');
    await create(properties({ Storage: { ...R2_STORAGE, AreCredentialsOurs: 'false' } }));
    expect((await world.stack.delete()).Status).toBe('SUCCESS');
    expect([world.secrets.secrets.get(CREDENTIALS_ARN), world.cloudflare.account.tokens]).toEqual([theirs, []]);
  });

  it('takes a bucket that is somebody’s as it is', async () => {
    world.cloudflare.account.buckets.set('eu/theirs', {
      locationHint: undefined,
      lifecycle: 'theirs',
      cors: [{ id: 'theirs', allowed: { origins: ['https://example.com'], methods: ['GET'] } }],
      objects: 7,
      domains: new Map(),
    });
    const storage = {
      ...R2_STORAGE,
      BucketName: 'theirs',
      IsBucketOurs: 'false',
      Jurisdiction: 'eu',
      MediaDomain: MEDIA_DOMAIN,
    };
    const { Data } = await create(properties({ Storage: storage }));
    expect(Data?.S3Endpoint).toMatch(/\.eu\.r2\.cloudflarestorage\.com$/);
    const bucket = world.cloudflare.account.buckets.get('eu/theirs');
    expect(bucket).toMatchObject({
      lifecycle: 'theirs',
      cors: [{ id: 'theirs' }, { exposeHeaders: expect.any(Array) }],
    });
    await world.stack.delete();
    expect(bucket).toMatchObject({ lifecycle: 'theirs', cors: [{ id: 'theirs' }], objects: 7 });
    expect(bucket?.cors).toHaveLength(1);
  });
});

describe('an update', () => {
  it('brings new code with the migrations that are missing', async () => {
    await create(world.properties(codeV1, V1));
    expect(world.cloudflare.account.workers.get(NAME)).toMatchObject({ migrationTag: 'v1', code: CODE_V1 });
    const { Status } = await world.stack.update(properties());
    expect(Status).toBe('SUCCESS');
    const worker = world.cloudflare.account.workers.get(NAME);
    expect(worker?.metadata.migrations).toEqual({
      old_tag: 'v1',
      new_tag: 'v2',
      steps: [{ new_sqlite_classes: ['RelayObject', 'DirectoryObject'] }],
    });
    expect(worker?.code).toBe(CODE_V2);
  });

  it('takes away what it no longer wants, and nothing else', async () => {
    const { account } = world.cloudflare;
    const storage = { ...R2_STORAGE, MediaDomain: MEDIA_DOMAIN };
    await create(properties({ Storage: storage, Routes: ['example.com/tv/*', 'example.com/a/*'] }));
    account.routes.push({ id: account.newId(), pattern: 'other.example.com/*', script: NAME });
    account.rulesets.get('http_request_cache_settings')?.rules.push({ id: account.newId(), ref: 'theirs' });
    await world.stack.update(properties({ Domain: 'tv.example.com', Routes: ['example.com/a/*'] }));
    expect(account.snapshot()).toMatchObject({
      workerDomains: [{ hostname: 'tv.example.com' }],
      routes: [{ pattern: 'example.com/a/*' }, { pattern: 'other.example.com/*' }],
      buckets: [[BUCKET, { domains: [], cors: [] }]],
    });
    const refs = [...account.rulesets.values()].flatMap(({ rules }) => rules.map(({ ref }) => ref));
    expect(refs).toEqual(['theirs']);
    const names = account.workers.get(NAME)?.metadata.bindings.map(({ name }) => name);
    expect(names).not.toContain('MEDIA_BASE_URL');
  });

  it('changes the media domain without a moment in which one of the two shows private broadcasts', async () => {
    const { account } = world.cloudflare;
    await create(properties({ Storage: { ...R2_STORAGE, MediaDomain: MEDIA_DOMAIN } }));
    world.cloudflare.calls.length = 0;
    await world.stack.update(properties({ Storage: { ...R2_STORAGE, MediaDomain: 'm.example.com' } }));
    const ruleset = account.rulesets.get('http_request_firewall_custom');
    const steps = world.cloudflare.calls.filter((call) => /^(POST|PATCH|DELETE) .*(rules|domains\/custom)/.test(call));
    const firewall = `rulesets/${ruleset?.id}/rules`;
    expect(steps.findIndex((call) => call.startsWith('POST') && call.includes(firewall))).toBeLessThan(
      steps.findIndex((call) => call.startsWith('POST') && call.includes('domains/custom')),
    );
    expect(steps.findIndex((call) => call.startsWith('DELETE') && call.includes('domains/custom'))).toBeLessThan(
      steps.findIndex((call) => call.startsWith('DELETE') && call.includes(firewall)),
    );
    expect(ruleset?.rules).toMatchObject([{ expression: expect.stringContaining('m.example.com') }]);
    expect([...(account.buckets.get(BUCKET)?.domains.keys() ?? [])]).toEqual(['m.example.com']);
    expect(account.buckets.get(BUCKET)?.cors).toHaveLength(1);
  });

  it('keeps the credentials that nodes have', async () => {
    await create(properties());
    const before = storedCredentials();
    await world.stack.update(properties({ Revision: '2' }));
    expect(storedCredentials()).toEqual(before);
    expectCredentialsToFit();
  });

  it('makes new credentials where the secret has lost them', async () => {
    await create(properties());
    world.secrets.secrets.set(CREDENTIALS_ARN, undefined);
    await world.stack.update(properties({ Revision: '2' }));
    expect(world.cloudflare.account.tokens).toHaveLength(1);
    expectCredentialsToFit();
  });

  it.each([
    ['Worker', { WorkerName: 'other' }],
    ['zone', { ZoneId: 'b'.repeat(32) }],
    ['account', { AccountId: 'b'.repeat(32) }],
  ])('to another %s is refused, and nothing happens', async (_, more) => {
    await create(properties());
    const before = world.cloudflare.account.snapshot();
    const { Status, Reason } = await world.stack.update(properties(more));
    expect([Status, Reason]).toEqual(['FAILED', expect.stringContaining('cannot change in a stack that is there')]);
    expect(world.stack.answers.at(-1)?.Status).toBe('SUCCESS');
    expect(world.cloudflare.account.snapshot()).toEqual(before);
  });
});

describe('a failed update', () => {
  it('goes back to what was before', async () => {
    await create(properties({ Routes: ['example.com/tv/*'] }));
    const before = world.cloudflare.account.snapshot();
    // The new code lacks a class that objects are of: Cloudflare refuses it, when the new domain's rules are there.
    const storage = { ...R2_STORAGE, MediaDomain: MEDIA_DOMAIN };
    const { Status, Reason } = await world.stack.update(properties({ Code: codeV1, Storage: storage, Routes: [] }));
    expect([Status, Reason]).toEqual(['FAILED', expect.stringContaining('code 10064')]);
    expect(world.stack.answers.at(-1)?.Status).toBe('SUCCESS');
    expect(world.cloudflare.account.snapshot()).toEqual(before);
  });

  it('across a migration keeps the newer code, says so, and puts everything else back', async () => {
    await create(world.properties(codeV1, V1));
    const { account } = world.cloudflare;
    const newer = properties({ Domain: 'tv.example.com', Storage: { ...R2_STORAGE, MediaDomain: MEDIA_DOMAIN } });
    const PhysicalResourceId = world.stack.resource?.id ?? '';
    expect((await world.stack.update(newer)).Reason).toBeUndefined();
    expect(account.workers.get(NAME)?.migrationTag).toBe('v2');
    // The stack goes back because another of its resources failed.
    const back = { RequestType: 'Update', PhysicalResourceId, OldResourceProperties: newer } as const;
    expect((await world.stack.ask(back, world.properties(codeV1, V1))).Reason).toBeUndefined();
    const worker = account.workers.get(NAME);
    expect(worker).toMatchObject({ migrationTag: 'v2', code: CODE_V2 });
    const names = worker?.metadata.bindings.map(({ name }) => name);
    expect([names?.includes('RELAY'), names?.includes('MEDIA_BASE_URL')]).toEqual([true, false]);
    expect(account.snapshot()).toMatchObject({
      workerDomains: [{ hostname: 'live.example.com' }],
      buckets: [[BUCKET, { domains: [] }]],
    });
    expect(world.log.join('\n')).toMatch(/warn .*keeps its newer code.*v2/);
  });

  it('an older version that knows nothing of the Worker’s migration is refused', async () => {
    await create(properties());
    const worker = world.cloudflare.account.workers.get(NAME);
    if (worker !== undefined) worker.migrationTag = 'v9';
    const { Status, Reason } = await world.stack.update(properties({ Revision: '2' }));
    expect([Status, Reason]).toEqual(['FAILED', expect.stringMatching(/migration v9, which this version .* not know/)]);
  });
});

describe('a deletion', () => {
  it('leaves nothing but the bucket and its media', async () => {
    const storage = { ...R2_STORAGE, MediaDomain: MEDIA_DOMAIN };
    await create(properties({ Storage: storage, Routes: ['example.com/tv/*'] }));
    expect((await world.stack.delete()).Status).toBe('SUCCESS');
    expect(world.cloudflare.account.snapshot()).toEqual({
      ...EMPTY,
      buckets: [[BUCKET, expect.objectContaining({ cors: [], domains: [] })]],
    });
  });

  it.each([
    ['goes too, if it is empty and was to go', 0, 'true', 0],
    ['stays with media in it', 1, 'true', 1],
    ['stays empty, if nobody said anything', 0, 'false', 1],
  ])('the bucket %s', async (_, objects, isRemoved, left) => {
    await create(properties({ Storage: { ...R2_STORAGE, IsEmptyBucketRemoved: isRemoved } }));
    const bucket = world.cloudflare.account.buckets.get(BUCKET);
    if (bucket !== undefined) bucket.objects = objects;
    expect((await world.stack.delete()).Status).toBe('SUCCESS');
    expect(world.cloudflare.account.buckets.size).toBe(left);
  });

  it('does not touch a Worker that took the name meanwhile', async () => {
    await create(properties());
    const worker = world.cloudflare.account.workers.get(NAME);
    if (worker !== undefined) worker.tags = ['theirs'];
    expect((await world.stack.delete()).Status).toBe('SUCCESS');
    expect(world.cloudflare.account.workers.has(NAME)).toBe(true);
    expect(world.cloudflare.account.workerDomains).toHaveLength(1);
  });
});

const EMPTY = { workers: [], workerDomains: [], routes: [], buckets: [], tokens: [], rulesets: [], records: [] };

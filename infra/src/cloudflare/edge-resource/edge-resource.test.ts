import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publisherAddresses } from '../../ingest/publisher-addresses.ts';
import { STAND_IN_TOKEN } from '../testing/cloudflare-stand-in.ts';
import { AssetStore, EDGE_TOKEN, EdgeWorld, R2_STORAGE } from '../testing/edge-world.ts';
import { CREDENTIALS_ARN } from '../testing/resource-world.ts';
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
const S3_SECRET = 's3-secret-of-the-tests';
const S3_STORAGE = {
  Kind: 's3',
  Endpoint: 'https://s3.eu-west-1.amazonaws.com',
  Region: 'eu-west-1',
  BucketName: 'media-of-the-tests',
  CredentialsSecretArn: CREDENTIALS_ARN,
};

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
  for (const secret of [STAND_IN_TOKEN, EDGE_TOKEN, S3_SECRET]) expect(told).not.toContain(secret);
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

describe('a deployment of the edge', () => {
  it('makes everything that it needs, and says where it is', async () => {
    const storage = { ...R2_STORAGE, MediaDomain: MEDIA_DOMAIN };
    const answer = await create(properties({ Storage: storage, Routes: ['example.com/tv/*'] }));
    const { account } = world.cloudflare;
    expect(answer).toMatchObject({
      Status: 'SUCCESS',
      Data: { WorkerName: NAME, EdgeUrl: 'https://live.example.com', MediaBaseUrl: `https://${MEDIA_DOMAIN}` },
    });
    expect(account.snapshot()).toMatchObject({
      workers: [[NAME, { isOnSubdomain: false, migrationTag: 'v2', code: CODE_V2 }]],
      workerDomains: [{ hostname: 'live.example.com', service: NAME }],
      routes: [{ pattern: 'example.com/tv/*', script: NAME }],
      buckets: [[BUCKET, { lifecycle: undefined, domains: [MEDIA_DOMAIN] }]],
      tokens: [],
    });
    expect([...account.rulesets.keys()].sort()).toEqual([
      'http_request_cache_settings',
      'http_request_firewall_custom',
    ]);
  });

  it('finds the zone of its domain, where it is not told', async () => {
    await create(properties({ ZoneId: undefined, Storage: { ...R2_STORAGE, MediaDomain: MEDIA_DOMAIN } }));
    expect(world.cloudflare.account.workerDomains).toMatchObject([{ hostname: 'live.example.com' }]);
    expect((await world.stack.delete()).Status).toBe('SUCCESS');
    expect(world.cloudflare.account.snapshot()).toMatchObject({ ...EMPTY, buckets: [[BUCKET, { domains: [] }]] });
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
    // Of local mode alone.
    expect(Object.keys(bindings).filter((name) => name.startsWith('CONSOLE_'))).toEqual([]);
    expect(metadata).toMatchObject({ limits: CONFIG.limits, exports: CONFIG.exports });
  });

  it('tells the Worker where publishers push to, and nothing where nobody says it', async () => {
    const told = () => world.cloudflare.account.workers.get(NAME)?.metadata.bindings;
    await create(properties());
    expect(told()).toContainEqual({ type: 'plain_text', name: 'INGEST_ADDRESSES', text: '[]' });
    const IngestAddresses = JSON.stringify(publisherAddresses('ingest.live.example.com', ['eu-west-1', 'us-east-1']));
    expect((await world.stack.update(properties({ IngestAddresses }))).Reason).toBeUndefined();
    expect(told()).toContainEqual({ type: 'plain_text', name: 'INGEST_ADDRESSES', text: IngestAddresses });
  });

  it('starts the Worker at the times that wrangler.jsonc names, and no longer at those of before', async () => {
    const at = (...crons: string[]) => world.properties(codeV2, { ...CONFIG, triggers: { crons } });
    await create(at('*/5 * * * *', '0 3 * * *'));
    expect(world.cloudflare.account.workers.get(NAME)?.crons).toEqual(['*/5 * * * *', '0 3 * * *']);
    await world.stack.update(at('0 3 * * *'));
    expect(world.cloudflare.account.workers.get(NAME)?.crons).toEqual(['0 3 * * *']);
  });

  it('reads media out of S3 where it lies there, and asks for no bucket', async () => {
    world.cloudflare.account.buckets.clear();
    world.secrets.secrets.set(CREDENTIALS_ARN, JSON.stringify({ accessKeyId: 'AKIA', secretAccessKey: S3_SECRET }));
    const { Data } = await create(properties({ Storage: S3_STORAGE }));
    expect(Data).toMatchObject({ MediaBaseUrl: '' });
    const { account } = world.cloudflare;
    const names = account.workers.get(NAME)?.metadata.bindings.map(({ type, name }) => `${name} ${type}`);
    expect(names?.filter((name) => name.startsWith('MEDIA'))).toEqual([
      'MEDIA_S3_ENDPOINT plain_text',
      'MEDIA_S3_REGION plain_text',
      'MEDIA_S3_BUCKET plain_text',
      'MEDIA_S3_ACCESS_KEY_ID secret_text',
      'MEDIA_S3_SECRET_ACCESS_KEY secret_text',
    ]);
    expect(account.buckets.size).toBe(0);
  });

  it('leaves everything of its bucket but one CORS rule as it is', async () => {
    const bucket = world.cloudflare.account.addBucket('theirs', {
      jurisdiction: 'eu',
      lifecycle: 'theirs',
      cors: [{ id: 'theirs', allowed: { origins: ['https://example.com'], methods: ['GET'] } }],
      objects: 7,
    });
    const before = structuredClone(bucket);
    const storage = { Kind: 'r2', BucketName: 'theirs', Jurisdiction: 'eu', MediaDomain: MEDIA_DOMAIN };
    await create(properties({ Storage: storage }));
    expect(bucket).toMatchObject({
      ...before,
      cors: [{ id: 'theirs' }, { exposeHeaders: expect.any(Array) }],
      domains: {},
    });
    expect([...bucket.domains.keys()]).toEqual([MEDIA_DOMAIN]);
    await world.stack.delete();
    expect(bucket).toEqual(before);
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

  it.each([
    ['another bucket', { ...R2_STORAGE, BucketName: 'another', MediaDomain: 'm.example.com' }],
    ['S3', S3_STORAGE],
  ])('to %s takes the media domain and its rules from the bucket of before', async (_, storage) => {
    const { account } = world.cloudflare;
    account.addBucket('another');
    world.secrets.secrets.set(CREDENTIALS_ARN, JSON.stringify({ accessKeyId: 'AKIA', secretAccessKey: S3_SECRET }));
    await create(properties({ Storage: { ...R2_STORAGE, MediaDomain: MEDIA_DOMAIN } }));
    expect((await world.stack.update(properties({ Storage: storage }))).Reason).toBeUndefined();
    const bucket = account.buckets.get(BUCKET);
    expect([bucket?.cors, [...(bucket?.domains.keys() ?? [])]]).toEqual([[], []]);
    expect(JSON.stringify([...account.rulesets])).not.toContain(MEDIA_DOMAIN);
  });

  it.each([
    ['Worker', { WorkerName: 'other' }],
    ['zone', { ZoneId: 'b'.repeat(32) }],
    ['zone, which is to be found now,', { ZoneId: undefined }],
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

import { generateKeyPairSync } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Permission } from '../api/permission.ts';
import { AssetStore, EdgeWorld, publicKey, R2_STORAGE } from '../testing/edge-world.ts';
import { API_TOKEN_ARN, CREDENTIALS_ARN, EDGE_TOKEN_ARN } from '../testing/resource-world.ts';
import type { Properties } from '../testing/stack-stand-in.ts';
import { readWorkerConfig } from './wrangler-config.ts';

const CONFIG = readWorkerConfig(fileURLToPath(import.meta.resolve('@sluice/edge/wrangler.jsonc')));
const CODE = 'class ChannelObject {} class RelayObject {} class DirectoryObject {}';
const MEDIA = { Storage: { ...R2_STORAGE, MediaDomain: 'media.example.com' } };

let assets: AssetStore;
let code: { readonly Bucket: string; readonly Key: string };
let world: EdgeWorld;
beforeAll(async () => {
  assets = await AssetStore.start();
  code = await assets.put('code.js', CODE);
});
afterAll(() => assets[Symbol.asyncDispose]());
beforeEach(async () => {
  world = await EdgeWorld.start(assets);
});
afterEach(async () => {
  expect([...world.cloudflare.violations, ...world.stack.violations]).toEqual([]);
  await world[Symbol.asyncDispose]();
});

/** Makes it, which must fail, and takes it back, which must not; resolves with what people are told. */
async function refused(more: Properties = {}): Promise<string> {
  const answer = await world.stack.create(world.properties(code, CONFIG, more));
  expect(answer.Status).toBe('FAILED');
  expect(world.stack.resource, world.stack.answers.at(-1)?.Reason).toBeUndefined();
  return answer.Reason ?? '';
}

/** Nothing was even tried. */
async function refusedAtOnce(more: Properties = {}): Promise<string> {
  const before = world.cloudflare.account.snapshot();
  const reason = await refused(more);
  expect(world.cloudflare.account.snapshot()).toEqual(before);
  expect(world.cloudflare.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
  return reason;
}

describe('what is there and not ours is refused, and stays:', () => {
  it('a Worker of that name', async () => {
    const { account } = world.cloudflare;
    const metadata = { main_module: 'x', bindings: [], compatibility_date: '2026-01-01', compatibility_flags: [] };
    account.workers.set('sluice-test', {
      metadata: { ...metadata, observability: { logs: { enabled: true, invocation_logs: true } } },
      code: 'theirs',
      tags: ['sluice-0123456789abcdef'],
      migrationTag: undefined,
      classes: new Set(),
      isOnSubdomain: true,
      crons: [],
    });
    account.workerDomains.push({ id: account.newId(), hostname: 'theirs.example.com', service: 'sluice-test' });
    expect(await refusedAtOnce()).toMatch(/Worker sluice-test .* did not make/);
  });

  it('a domain that another Worker has', async () => {
    const { account } = world.cloudflare;
    account.workerDomains.push({ id: account.newId(), hostname: 'live.example.com', service: 'theirs' });
    expect(await refusedAtOnce()).toMatch(/domain live\.example\.com belongs to the Worker theirs/);
  });

  it.each([
    ['theirs', /leads to the Worker theirs/],
    [undefined, /leads to no Worker/],
  ])('a route (%s)', async (script, told) => {
    const { account } = world.cloudflare;
    account.routes.push({ id: account.newId(), pattern: 'example.com/tv/*', script });
    expect(await refusedAtOnce({ Routes: ['example.com/tv/*'] })).toMatch(told);
  });

  it('a DNS record of the domain', async () => {
    const { account } = world.cloudflare;
    const record = { type: 'A', name: 'live.example.com', content: '192.0.2.1', ttl: 60, comment: undefined };
    account.records.push({ id: account.newId(), ...record });
    expect(await refused()).toMatch(/already has externally managed DNS records \(code 100117\)/);
    expect(account.snapshot()).toMatchObject({ workers: [], records: [{ content: '192.0.2.1' }] });
  });

  it.each([
    ['of that name', { ...R2_STORAGE, BucketName: 'nowhere' }],
    ['of that jurisdiction', { ...R2_STORAGE, Jurisdiction: 'eu' }],
  ])('a bucket %s that is not there', async (_, storage) => {
    expect(await refusedAtOnce({ Storage: storage })).toMatch(/There is no R2 bucket \S+ in the account/);
  });
});

describe('a token', () => {
  it.each<[Permission, string, Properties]>([
    ['zone-read', 'Zone Read', {}],
    ['zone-read', 'Zone Read', { ZoneId: undefined }],
    ['workers-scripts', 'Workers Scripts Write', {}],
    ['routes', 'Workers Routes Write', {}],
    ['r2', 'Workers R2 Storage Write', {}],
    ['cache-rules', 'Cache Settings Write', MEDIA],
    ['waf', 'Zone WAF Write', MEDIA],
  ])('without %s is told that it needs %s, before anything is made', async (permission, name, more) => {
    world.cloudflare.denied.add(permission);
    expect(await refusedAtOnce(more)).toContain(`needs the permission ${name}`);
  });

  it('needs nothing of the zone’s rules without a media domain, and never makes tokens or DNS records', async () => {
    for (const permission of ['cache-rules', 'waf', 'tokens', 'dns'] as const) world.cloudflare.denied.add(permission);
    expect((await world.stack.create(world.properties(code, CONFIG))).Reason).toBeUndefined();
  });

  it('that is none is refused by Cloudflare', async () => {
    world.secrets.secrets.set(API_TOKEN_ARN, 'token_that_is_none-0123456789abcdefg');
    expect(await refusedAtOnce()).toMatch(/denies GET \/zones\/f+: Invalid access token \(code 9109\)/);
  });

  it.each([undefined, '', 'put your token here', '{"token":"x"}'])('%j is no token', async (value) => {
    world.secrets.secrets.set(API_TOKEN_ARN, value);
    expect(await refusedAtOnce()).toMatch(/secret \S+cloudflare-AbCdEf holds no API token/);
  });
});

describe('what the deployment is told', () => {
  it.each<[string, Properties, RegExp]>([
    ['a zone of another account', { AccountId: 'b'.repeat(32) }, /zone f+ is not one of the account b+/],
    ['a domain of another zone', { Domain: 'live.example.org' }, /live\.example\.org is not in the zone example\.com/],
    ['a domain that only ends alike', { Domain: 'badexample.com' }, /badexample\.com is not in the zone/],
    [
      'a media domain elsewhere',
      { Storage: { ...R2_STORAGE, MediaDomain: 'm.example.org' } },
      /m\.example\.org is not in/,
    ],
    ['an account id that is none', { AccountId: 'mine' }, /property AccountId .* 32 of 0-9 and a-f/],
    ['a domain of no zone', { Domain: 'live.example.org', ZoneId: undefined }, /has no zone for live\.example\.org/],
    ['a domain with a scheme', { Domain: 'https://live.example.com' }, /property Domain .* no name of a host/],
    ['a name of a Worker that is none', { WorkerName: 'My Worker' }, /property WorkerName/],
    ['a property that nobody knows', { Colour: 'red' }, /Colour/],
    [
      'what is told to the bucket',
      { Storage: { ...R2_STORAGE, MediaDaysMax: '30' } },
      /property Storage .*MediaDaysMax/,
    ],
    ['another storage', { Storage: { Kind: 'gcs' } }, /property Storage\.Kind/],
    ['code that is not there', { Code: { Bucket: 'assets', Key: 'nowhere.js' } }, /NoSuchKey/],
  ])('%s is refused', async (_, more, told) => expect(await refusedAtOnce(more)).toMatch(told));

  it('credentials of S3 that nobody put there are missed', async () => {
    const storage = {
      Kind: 's3',
      Endpoint: 'https://s3.eu-west-1.amazonaws.com',
      Region: 'eu-west-1',
      CredentialsSecretArn: CREDENTIALS_ARN,
    };
    expect(await refusedAtOnce({ Storage: storage })).toMatch(/secret \S+r2-AbCdEf is not JSON with accessKeyId/);
  });

  it('a zone that is not active yet is refused', async () => {
    world.cloudflare.account.zone.status = 'pending';
    expect(await refusedAtOnce()).toMatch(/zone example\.com is pending, not active/);
  });

  it.each([
    ['no value', undefined, 'edgeToken'],
    ['no such field', '{"other":"edge-token-of-the-tests"}', 'edgeToken'],
    ['a short one', 'short', undefined],
  ])('an edge token: %s', async (_, value, field) => {
    world.secrets.secrets.set(EDGE_TOKEN_ARN, value);
    expect(await refusedAtOnce({ EdgeTokenField: field })).toMatch(/secret \S+edge-AbCdEf .*no token of 16 characters/);
  });
});

describe('the control API', () => {
  const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  it.each<[string, unknown, RegExp]>([
    ['no keys', { keys: [] }, /is no set of public keys/],
    ['something else', 'hello', /is no set of public keys/],
    ['a private key', { keys: [publicKey(), privateKey] }, /it shows a private key/],
  ])('with %s is refused', async (_, keys, told) => {
    await world[Symbol.asyncDispose]();
    world = await EdgeWorld.start(assets, keys);
    const reason = await refusedAtOnce();
    expect(reason).toMatch(told);
    expect(reason).not.toContain(privateKey.d ?? '');
  });

  it('that is not there is refused, after some tries', async () => {
    expect(await refusedAtOnce({ ControlUrl: 'http://127.0.0.1:1' })).toMatch(/keys are not to be had at/);
  });
});

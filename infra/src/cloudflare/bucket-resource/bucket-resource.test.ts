import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Permission } from '../api/permission.ts';
import { BUCKET_NAME, BucketWorld } from '../testing/bucket-world.ts';
import { STAND_IN_TOKEN } from '../testing/cloudflare-stand-in.ts';
import { API_TOKEN_ARN, CREDENTIALS_ARN } from '../testing/resource-world.ts';
import type { Properties } from '../testing/stack-stand-in.ts';

const BUCKET = `default/${BUCKET_NAME}`;
const THEIRS = { accessKeyId: 'theirs', secretAccessKey: 'secret-of-theirs' };
const EVERY_UPLOAD_ENDS = { abortMultipartUploadsTransition: { condition: { type: 'Age', maxAge: 86_400 } } };

let world: BucketWorld;
beforeEach(async () => {
  world = await BucketWorld.start();
});
afterEach(async () => {
  const { cloudflare, stack } = world;
  const told = [...stack.answers.map((answer) => JSON.stringify(answer)), ...world.log].join('\n');
  await world[Symbol.asyncDispose]();
  expect([...cloudflare.violations, ...stack.violations]).toEqual([]);
  const values = cloudflare.account.tokens.map(({ value }) => value);
  for (const secret of [STAND_IN_TOKEN, THEIRS.secretAccessKey, ...values]) expect(told).not.toContain(secret);
});

/** Makes it, which must go well. */
async function create(more: Properties = {}) {
  const answer = await world.stack.create(world.properties(more));
  expect(answer.Reason).toBeUndefined();
  return answer;
}

/** Changes it, which must go well. */
async function update(more: Properties = {}) {
  const answer = await world.stack.update(world.properties(more));
  expect(answer.Reason).toBeUndefined();
  return answer;
}

/** Makes it, which must fail before anything is tried, and takes it back; resolves with what people are told. */
async function refusedAtOnce(more: Properties = {}): Promise<string> {
  const answer = await world.stack.create(world.properties(more));
  expect([answer.Status, world.stack.resource]).toEqual(['FAILED', undefined]);
  expect(world.cloudflare.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
  return answer.Reason ?? '';
}

function bringCredentials(): void {
  world.secrets.secrets.set(CREDENTIALS_ARN, JSON.stringify(THEIRS));
}

/** Whether what writers are given opens the bucket, by the only token that there is. */
function expectCredentialsToFit(): void {
  expect(world.cloudflare.account.tokens).toHaveLength(1);
  expect(world.storedCredentials()).toEqual(world.fittingCredentials());
}

describe('a bucket', () => {
  it('is made where it is told, with credentials that open it and nothing else', async () => {
    const { Data } = await create({ LocationHint: 'weur' });
    expect(Data).toEqual({ BucketName: BUCKET_NAME });
    const { account } = world.cloudflare;
    expect(account.snapshot()).toMatchObject({
      buckets: [[BUCKET, { locationHint: 'weur', lifecycle: { rules: [EVERY_UPLOAD_ENDS] } }]],
      tokens: [{ name: expect.stringMatching(/^Sluice test: media bucket \(sluice-[0-9a-f]{16}\)$/) }],
    });
    const resource = `com.cloudflare.edge.r2.bucket.${account.accountId}_default_${BUCKET_NAME}`;
    expect(account.tokens[0]?.policies).toMatchObject([{ resources: { [resource]: '*' } }]);
    expectCredentialsToFit();
  });

  it('is made where the law wants it', async () => {
    await create({ Jurisdiction: 'eu' });
    const { account } = world.cloudflare;
    expect([...account.buckets.keys()]).toEqual([`eu/${BUCKET_NAME}`]);
    expect(JSON.stringify(account.tokens[0]?.policies)).toContain(`_eu_${BUCKET_NAME}`);
  });

  it('that an earlier stack left is found again, with its media', async () => {
    world.cloudflare.account.addBucket(BUCKET_NAME, { objects: 7, locationHint: 'enam' });
    await create({ LocationHint: 'weur', MediaDaysMax: '30' });
    expect(world.cloudflare.account.buckets.get(BUCKET)).toMatchObject({
      objects: 7,
      locationHint: 'enam',
      lifecycle: { rules: [EVERY_UPLOAD_ENDS, { id: 'delete-old-media' }] },
    });
    expect(world.cloudflare.calls.filter((call) => /^POST .*buckets/.test(call))).toEqual([]);
    expectCredentialsToFit();
  });

  it('that is somebody’s is used, and left as it is', async () => {
    const bucket = world.cloudflare.account.addBucket(BUCKET_NAME, { lifecycle: 'theirs', objects: 7 });
    const before = structuredClone(bucket);
    await create({ IsBucketOurs: 'false' });
    expectCredentialsToFit();
    expect((await world.stack.delete()).Status).toBe('SUCCESS');
    expect(world.cloudflare.account.buckets.get(BUCKET)).toEqual(before);
    expect(world.cloudflare.account.tokens).toEqual([]);
  });

  it('keeps media for as long as it is told, and for ever when it is told no more', async () => {
    await create({ MediaDaysMax: '2' });
    const rules = () => world.cloudflare.account.buckets.get(BUCKET)?.lifecycle;
    expect(rules()).toMatchObject({
      rules: [EVERY_UPLOAD_ENDS, { deleteObjectsTransition: { condition: { maxAge: 172_800 } } }],
    });
    await update();
    expect(rules()).toEqual({ rules: [expect.objectContaining(EVERY_UPLOAD_ENDS)] });
  });

  it.each([
    ['account', { AccountId: 'b'.repeat(32) }],
    ['jurisdiction', { Jurisdiction: 'eu' }],
    ['name', { BucketName: 'another' }],
  ])('of another %s is refused in a stack that is there, and nothing happens', async (_, more) => {
    await create();
    const before = world.cloudflare.account.snapshot();
    const { Status, Reason } = await world.stack.update(world.properties(more));
    expect([Status, Reason]).toEqual(['FAILED', expect.stringContaining('cannot change in a stack that is there')]);
    expect(world.stack.answers.at(-1)?.Status).toBe('SUCCESS');
    expect(world.cloudflare.account.snapshot()).toEqual(before);
  });
});

describe('credentials', () => {
  it('stay as they are in an update, for nodes have them', async () => {
    await create();
    const before = world.storedCredentials();
    await update({ Revision: '2', MediaDaysMax: '3' });
    expect(world.storedCredentials()).toEqual(before);
    expectCredentialsToFit();
  });

  it.each([
    ['has lost them', undefined],
    ['holds something else', 'not JSON'],
    ['holds those of another token', JSON.stringify(THEIRS)],
  ])('get a new value where the secret %s', async (_, stored) => {
    await create();
    const before = world.storedCredentials();
    world.secrets.secrets.set(CREDENTIALS_ARN, stored);
    await update({ Revision: '2' });
    expect(world.storedCredentials().accessKeyId).toBe(before.accessKeyId);
    expect(world.storedCredentials().secretAccessKey).not.toBe(before.secretAccessKey);
    expectCredentialsToFit();
  });

  it('whose token somebody deleted are made anew', async () => {
    await create();
    const before = world.storedCredentials();
    world.cloudflare.account.tokens.length = 0;
    await update({ Revision: '2' });
    expect(world.storedCredentials().accessKeyId).not.toBe(before.accessKeyId);
    expectCredentialsToFit();
  });

  it('that somebody let open more open this bucket alone again, and keep their value', async () => {
    await create();
    const before = world.storedCredentials();
    const [token] = world.cloudflare.account.tokens;
    const policies = structuredClone(token?.policies);
    if (token !== undefined) token.policies = [{ effect: 'allow', resources: { all: '*' }, permission_groups: [] }];
    await update({ Revision: '2' });
    expect([token?.policies, world.storedCredentials()]).toEqual([policies, before]);
  });

  it('of a deployment that gets another name are those of that name', async () => {
    await create();
    await update({ Deployment: 'other' });
    expect(world.cloudflare.account.tokens).toMatchObject([{ name: expect.stringContaining('Sluice other:') }]);
    expectCredentialsToFit();
  });

  it('that are somebody’s are not touched, and the API token need not be allowed to make any', async () => {
    bringCredentials();
    world.cloudflare.denied.add('tokens');
    await create({ AreCredentialsOurs: 'false' });
    await update({ AreCredentialsOurs: 'false', Revision: '2' });
    expect((await world.stack.delete()).Status).toBe('SUCCESS');
    expect([world.storedCredentials(), world.cloudflare.account.tokens]).toEqual([THEIRS, []]);
  });

  it('that were ours and become somebody’s end, when the secret holds the others', async () => {
    await create();
    bringCredentials();
    await update({ AreCredentialsOurs: 'false' });
    expect([world.storedCredentials(), world.cloudflare.account.tokens]).toEqual([THEIRS, []]);
  });

  it('that were ours and become somebody’s stay, and somebody is told, while the secret holds no others', async () => {
    await create();
    await update({ AreCredentialsOurs: 'false' });
    expectCredentialsToFit();
    expect(world.log.join('\n')).toMatch(/warn The secret \S+r2-AbCdEf still holds .*"Sluice test: media bucket/);
  });

  it('that were somebody’s and become ours are made', async () => {
    bringCredentials();
    await create({ AreCredentialsOurs: 'false' });
    await update();
    expectCredentialsToFit();
  });
});

describe('a stack that goes back', () => {
  it('from credentials of ours to somebody’s keeps ours, for theirs are not in the secret any more', async () => {
    bringCredentials();
    const theirs = world.properties({ AreCredentialsOurs: 'false' });
    await create({ AreCredentialsOurs: 'false' });
    const PhysicalResourceId = world.stack.resource?.id ?? '';
    await update();
    // Another resource of the stack failed.
    const back = { RequestType: 'Update', PhysicalResourceId, OldResourceProperties: world.properties() } as const;
    expect((await world.stack.ask(back, theirs)).Reason).toBeUndefined();
    expectCredentialsToFit();
    expect(world.log.join('\n')).toContain('still holds the credentials that were made here');
  });
});

describe('a deletion', () => {
  it.each([
    ['goes, if it is empty and was to go', 0, 'true', 0],
    ['stays with media in it', 1, 'true', 1],
    ['stays empty, if nobody said anything', 0, 'false', 1],
  ])('the bucket %s', async (_, objects, isRemoved, left) => {
    await create({ IsEmptyBucketRemoved: isRemoved });
    const bucket = world.cloudflare.account.buckets.get(BUCKET);
    if (bucket !== undefined) bucket.objects = objects;
    expect((await world.stack.delete()).Status).toBe('SUCCESS');
    const { buckets, tokens } = world.cloudflare.account;
    expect([buckets.size, tokens]).toEqual([left, []]);
  });

  it('takes no bucket and no token that is somebody’s', async () => {
    const { account } = world.cloudflare;
    account.addBucket(BUCKET_NAME);
    const theirs = { id: account.newId(), name: 'Sluice test: media bucket (sluice-0123456789abcdef)', policies: [] };
    account.tokens.push({ ...theirs, value: 'value-of-theirs' });
    await create({ IsBucketOurs: 'false', IsEmptyBucketRemoved: 'true' });
    expect((await world.stack.delete()).Status).toBe('SUCCESS');
    expect([account.buckets.size, account.tokens]).toMatchObject([1, [theirs]]);
  });
});

describe('it is refused before anything is made:', () => {
  it.each<[Permission, string]>([
    ['r2', 'Workers R2 Storage Write'],
    ['tokens', 'Account API Tokens Write'],
  ])('without the permission for %s, which is named: %s', async (permission, name) => {
    world.cloudflare.denied.add(permission);
    expect(await refusedAtOnce()).toContain(`needs the permission ${name}`);
  });

  it('a bucket of somebody’s that is not there', async () => {
    expect(await refusedAtOnce({ IsBucketOurs: 'false', BucketName: 'nowhere' })).toMatch(/no R2 bucket nowhere/);
  });

  it('credentials that somebody was to bring and did not', async () => {
    expect(await refusedAtOnce({ AreCredentialsOurs: 'false' })).toMatch(/secret \S+r2-AbCdEf is not JSON with access/);
  });

  it('a secret without a token of Cloudflare', async () => {
    world.secrets.secrets.set(API_TOKEN_ARN, undefined);
    expect(await refusedAtOnce()).toMatch(/secret \S+cloudflare-AbCdEf holds no API token/);
  });

  it.each<[string, Properties, RegExp]>([
    ['days that are none', { MediaDaysMax: '0' }, /property MediaDaysMax/],
    ['a name that is none', { BucketName: 'My_Bucket' }, /property BucketName .* 3 to 63/],
    ['a place that is none', { LocationHint: 'moon' }, /property LocationHint/],
    ['a jurisdiction that is none', { Jurisdiction: 'moon' }, /property Jurisdiction/],
    ['a property that nobody knows', { Colour: 'red' }, /Colour/],
  ])('%s', async (_, more, told) => expect(await refusedAtOnce(more)).toMatch(told));
});

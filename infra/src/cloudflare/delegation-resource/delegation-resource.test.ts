import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { customResourceHandler } from '../custom-resource/custom-resource.ts';
import { CloudflareStandIn, STAND_IN_TOKEN } from '../testing/cloudflare-stand-in.ts';
import { SecretsStandIn } from '../testing/secrets-stand-in.ts';
import { LOST_STACK_ID, type Properties, StackStandIn } from '../testing/stack-stand-in.ts';
import { delegationResource } from './delegation-resource.ts';

const TOKEN_ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:cloudflare-AbCdEf';
const NAME = 'ingest.example.com';
const SERVERS = ['ns-1.awsdns-00.com', 'ns-2.awsdns-00.net.'];

let owned: AsyncDisposableStack;
let cloudflare: CloudflareStandIn;
let stack: StackStandIn;
let lostStack: StackStandIn;
beforeEach(async () => {
  owned = new AsyncDisposableStack();
  cloudflare = owned.use(await CloudflareStandIn.start());
  const secrets = owned.use(await SecretsStandIn.start());
  secrets.secrets.set(TOKEN_ARN, STAND_IN_TOKEN);
  const resource = delegationResource({
    secrets: secrets.client,
    log: () => undefined,
    api: { baseUrl: cloudflare.url, sleep: async () => undefined },
  });
  stack = owned.use(await StackStandIn.start(customResourceHandler(resource)));
  lostStack = owned.use(await StackStandIn.start(customResourceHandler(resource), LOST_STACK_ID));
});
afterEach(async () => {
  expect([...cloudflare.violations, ...stack.violations, ...lostStack.violations]).toEqual([]);
  await owned.disposeAsync();
});

function properties(nameServers: readonly string[] = SERVERS, name = NAME, more: Properties = {}): Properties {
  return {
    AccountId: cloudflare.account.accountId,
    Domain: 'live.example.com',
    ZoneId: cloudflare.account.zone.id,
    ApiTokenSecretArn: TOKEN_ARN,
    Delegations: [{ Name: name, NameServers: nameServers }],
    ...more,
  };
}

function records(): string[] {
  return cloudflare.account.records.map(({ type, name, content }) => `${name} ${type} ${content}`);
}

function addTheirs(name: string, type = 'A'): void {
  const record = { type, name, content: '192.0.2.1', ttl: 60, comment: 'sluice and others' };
  cloudflare.account.records.push({ id: cloudflare.account.newId(), ...record });
}

describe('a delegation', () => {
  it('is a record for each name server, with a comment that names the stack', async () => {
    expect((await stack.create(properties())).Reason).toBeUndefined();
    expect(records()).toEqual([`${NAME} NS ns-1.awsdns-00.com`, `${NAME} NS ns-2.awsdns-00.net`]);
    expect(cloudflare.account.records[0]?.comment).toMatch(/^sluice-[0-9a-f]{16} sluice-test$/);
  });

  it('goes to other name servers, and is never without one', async () => {
    await stack.create(properties());
    cloudflare.calls.length = 0;
    expect((await stack.update(properties(['ns-1.awsdns-00.com', 'ns-3.awsdns-00.org']))).Reason).toBeUndefined();
    expect(records()).toEqual([`${NAME} NS ns-1.awsdns-00.com`, `${NAME} NS ns-3.awsdns-00.org`]);
    const changes = cloudflare.calls.filter((call) => !call.startsWith('GET'));
    expect(changes.map((call) => call.split(' ')[0])).toEqual(['POST', 'DELETE']);
  });

  it('goes to another name', async () => {
    await stack.create(properties());
    await stack.update(properties(SERVERS, 'in.example.com'));
    expect(records().map((record) => record.split(' ')[0])).toEqual(['in.example.com', 'in.example.com']);
  });

  it('finds its zone by the domain, where none is told', async () => {
    const found = properties(SERVERS, NAME, { ZoneId: undefined });
    expect((await stack.create(found)).Reason).toBeUndefined();
    expect(records()).toHaveLength(2);
    expect((await stack.update(properties(SERVERS, NAME))).Reason).toContain('cannot change in a stack that is there');
    expect((await stack.delete()).Status).toBe('SUCCESS');
    expect(records()).toEqual([]);
  });

  it.each<[string, Properties, RegExp]>([
    ['of another account', { AccountId: 'b'.repeat(32) }, /zone f+ is not one of the account b+/],
    ['that there is none of', { ZoneId: undefined, Domain: 'live.example.org' }, /no zone for live\.example\.org/],
  ])('in a zone %s is refused', async (_, more, told) => {
    expect((await stack.create(properties(SERVERS, NAME, more))).Reason).toMatch(told);
    expect([records(), stack.resource]).toEqual([[], undefined]);
  });

  it('in a zone that is not active yet is refused, for nobody would hear of it', async () => {
    cloudflare.account.zone.status = 'pending';
    expect((await stack.create(properties())).Reason).toMatch(/zone example\.com is pending, not active/);
  });

  it('goes with the stack, and nothing else does', async () => {
    addTheirs('other.example.com');
    await stack.create(properties());
    expect((await stack.delete()).Status).toBe('SUCCESS');
    expect(records()).toEqual(['other.example.com A 192.0.2.1']);
  });

  it.each(['A', 'NS'])('is refused where another %s record of that name is', async (type) => {
    addTheirs(NAME, type);
    const { Status, Reason } = await stack.create(properties());
    expect([Status, Reason]).toEqual([
      'FAILED',
      expect.stringContaining(`${NAME} has a ${type} record that this stack`),
    ]);
    expect([records().length, stack.resource]).toEqual([1, undefined]);
  });

  it.each([
    ['of another zone', 'ingest.example.org', /no name below the zone example\.com/],
    ['of the zone itself', 'example.com', /no name below/],
  ])('%s is refused', async (_, name, told) => {
    expect((await stack.create(properties(SERVERS, name))).Reason).toMatch(told);
  });

  it('without the permission says which one it needs', async () => {
    cloudflare.denied.add('dns');
    expect((await stack.create(properties())).Reason).toContain('needs the permission DNS Write');
    expect(stack.resource).toBeUndefined();
  });

  it.each(['cut-before', 'cut-after', 'busy'] as const)(
    'ends the same whichever call goes wrong (%s)',
    async (fault) => {
      await stack.create(properties());
      await stack.update(properties(['ns-3.awsdns-00.org']));
      const wanted = records();
      await stack.delete();
      for (let call = 0, isOver = false; !isOver; call++) {
        await stack.create(properties());
        const made = cloudflare.calls.length;
        cloudflare.faults.set(made + call, fault);
        await stack.update(properties(['ns-3.awsdns-00.org']));
        expect(records()).toEqual(wanted);
        isOver = cloudflare.calls.length <= made + call;
        cloudflare.faults.clear();
        await stack.delete();
        expect(records()).toEqual([]);
      }
    },
  );
});

describe('a delegation that another stack has', () => {
  /** Route 53 may give both zones one server; the order is no matter. */
  const THEIRS = ['ns-1.awsdns-00.com', 'ns-9.awsdns-00.org'];
  const taking = (more: Properties = {}) => properties(SERVERS, NAME, { TakesOver: 'true', ...more });
  const marks = () => new Set(cloudflare.account.records.map(({ comment }) => comment?.split(' ')[0]));
  beforeEach(async () => {
    expect((await lostStack.create(properties(THEIRS))).Reason).toBeUndefined();
  });

  it.each([undefined, 'false'])('is refused, which says what can be done (%s)', async (TakesOver) => {
    const before = structuredClone(cloudflare.account.records);
    expect((await stack.create(properties(SERVERS, NAME, { TakesOver }))).Reason).toMatch(
      /NS record that another stack of Sluice made \(sluice-[0-9a-f]{16} sluice-test\)\. .*take over/,
    );
    expect(cloudflare.account.records).toEqual(before);
  });

  it('gives way where the stack takes over: first the new records, then theirs', async () => {
    const [theirs] = marks();
    cloudflare.calls.length = 0;
    expect((await stack.create(taking())).Reason).toBeUndefined();
    expect(records().toSorted()).toEqual([`${NAME} NS ns-1.awsdns-00.com`, `${NAME} NS ns-2.awsdns-00.net`]);
    expect([marks().size, marks().has(theirs)]).toEqual([1, false]);
    const changes = cloudflare.calls.filter((call) => !call.startsWith('GET'));
    expect(changes.map((call) => call.split(' ')[0])).toEqual(['PATCH', 'POST', 'DELETE']);
  });

  it('is no longer that stack’s: when its region is back, it deletes nothing', async () => {
    await stack.create(taking());
    const taken = structuredClone(cloudflare.account.records);
    expect((await lostStack.update(properties(['ns-8.awsdns-00.org']))).Status).toBe('FAILED');
    expect(cloudflare.account.records).toEqual(taken);
    expect((await lostStack.delete()).Status).toBe('SUCCESS');
    expect(cloudflare.account.records).toEqual(taken);
  });

  it('is the same with the take-over left on, and with it taken out', async () => {
    await stack.create(taking());
    const taken = structuredClone(cloudflare.account.records);
    expect((await stack.update(taking())).Reason).toBeUndefined();
    expect((await stack.update(properties())).Reason).toBeUndefined();
    expect(cloudflare.account.records).toEqual(taken);
    expect((await stack.delete()).Status).toBe('SUCCESS');
    expect(records()).toEqual([]);
  });

  it.each([
    ['A', 'sluice and others'],
    ['NS', 'sluice and others'],
    ['NS', 'of sluice-0123456789abcdef'],
    ['A', 'sluice-0123456789abcdef sluice-test'],
    ['NS', undefined],
  ])('is not taken with what a person added: %s "%s"', async (type, comment) => {
    cloudflare.account.records.push({ id: 'theirs', type, name: NAME, content: '192.0.2.1', ttl: 60, comment });
    const before = structuredClone(cloudflare.account.records);
    expect((await stack.create(taking())).Reason).toContain(
      `${NAME} has a ${type} record that this stack did not make`,
    );
    expect(cloudflare.account.records).toEqual(before);
  });

  it.each(['cut-before', 'cut-after', 'busy'] as const)(
    'is taken whole whichever call goes wrong (%s)',
    async (fault) => {
      const before = cloudflare.account.keep();
      await stack.create(taking());
      const wanted = cloudflare.account.snapshot();
      for (let call = 0, isOver = false; !isOver; call++) {
        cloudflare.account.restore(before);
        const made = cloudflare.calls.length;
        cloudflare.faults.set(made + call, fault);
        expect((await stack.create(taking())).Reason).toBeUndefined();
        expect(cloudflare.account.snapshot(), `${fault} at call ${call}`).toEqual(wanted);
        isOver = cloudflare.calls.length <= made + call;
        cloudflare.faults.clear();
      }
    },
  );

  it('that breaks off at any call is taken whole by who begins again, and leaves nothing of its own if it is deleted', async () => {
    const before = cloudflare.account.keep();
    const [theirs] = marks();
    await stack.create(taking());
    const wanted = cloudflare.account.snapshot();
    for (let call = 0, isOver = false; !isOver; call++) {
      for (const next of ['Create', 'Delete'] as const) {
        cloudflare.account.restore(before);
        const made = cloudflare.calls.length;
        cloudflare.busyFrom = made + call;
        const { PhysicalResourceId } = await stack.ask({ RequestType: 'Create' }, taking());
        isOver = cloudflare.calls.length <= made + call;
        cloudflare.busyFrom = Number.POSITIVE_INFINITY;
        // A name always leads somewhere until what failed is deleted.
        expect(records().length, `busy from call ${call}`).toBeGreaterThanOrEqual(2);
        const request = next === 'Create' ? { RequestType: next } : { RequestType: next, PhysicalResourceId };
        expect((await stack.ask(request, taking())).Status).toBe('SUCCESS');
        if (next === 'Create') expect(cloudflare.account.snapshot(), `busy from call ${call}`).toEqual(wanted);
        else expect([...marks()].filter((mark) => mark !== theirs)).toEqual([]);
      }
    }
  });
});

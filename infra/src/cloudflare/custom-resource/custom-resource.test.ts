import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CloudflareApi } from '../api/cloudflare-api.ts';
import { StackStandIn } from '../testing/stack-stand-in.ts';
import { type CustomResource, customResourceHandler, type FunctionContext } from './custom-resource.ts';
import { Refusal } from './refusal.ts';

const Properties = z.strictObject({ ApiTokenSecretArn: z.string(), Name: z.string() });
type Properties = z.infer<typeof Properties>;
const MADE = { ApiTokenSecretArn: 'arn', Name: 'one' };

let log: string[];
let stack: StackStandIn | undefined;
beforeEach(() => {
  log = [];
});
afterEach(async () => {
  expect(stack?.violations).toEqual([]);
  await stack?.[Symbol.asyncDispose]();
});

async function start(parts: Partial<CustomResource<Properties>>, context?: FunctionContext): Promise<StackStandIn> {
  const handler = customResourceHandler<Properties>({
    properties: Properties,
    identity: ({ Name }) => [Name],
    openApi: async () => new CloudflareApi({ token: 'token', baseUrl: 'http://127.0.0.1:1' }),
    apply: async () => ({}),
    remove: async () => undefined,
    log: (level, message) => log.push(`${level} ${message}`),
    ...parts,
  });
  stack = await StackStandIn.start((event) => handler(event, context));
  return stack;
}

describe('a custom resource', () => {
  it('has the same id for as long as it is the same', async () => {
    const world = await start({});
    const made = await world.create(MADE);
    expect(made.PhysicalResourceId).toMatch(/^sluice-[0-9a-f]{16}\/one$/);
    expect((await world.update(MADE)).PhysicalResourceId).toBe(made.PhysicalResourceId);
  });

  it('tells what was refused, and of other errors only what they are called', async () => {
    const refused = await start({
      apply: async () => {
        throw new Refusal('Take another name.');
      },
    });
    expect((await refused.create(MADE)).Reason).toBe('Take another name.');
    await refused[Symbol.asyncDispose]();
    const broken = await start({
      apply: async () => {
        throw new TypeError('secret of something');
      },
    });
    expect((await broken.create(MADE)).Reason).toBe("TypeError; more stands in the function's log");
  });

  it('answers when its function is about to run out of time, so that what was made is deleted', async () => {
    const removed: string[] = [];
    const world = await start(
      {
        apply: () => new Promise(() => undefined),
        remove: async ({ mark }) => void removed.push(mark),
      },
      { getRemainingTimeInMillis: () => 30_050 },
    );
    const { Status, Reason, PhysicalResourceId } = await world.create(MADE);
    expect([Status, Reason]).toEqual(['FAILED', expect.stringContaining('took longer')]);
    expect(PhysicalResourceId).toMatch(/\/one$/);
    expect(removed).toHaveLength(1);
  });

  it('that failed before anything was made is deleted, whatever made it fail', async () => {
    const world = await start({
      openApi: async () => {
        throw new Refusal('There is no token.');
      },
    });
    expect((await world.create(MADE)).Reason).toBe('There is no token.');
    expect([world.answers.at(-1)?.Status, world.resource]).toEqual(['SUCCESS', undefined]);
    expect(log.join('\n')).toContain('Nothing is known to be left');
  });

  it('that was made is not given up for lost when its token is', async () => {
    let isTokenThere = true;
    const world = await start({
      openApi: async () => {
        if (!isTokenThere) throw new Refusal('There is no token.');
        return new CloudflareApi({ token: 'token', baseUrl: 'http://127.0.0.1:1' });
      },
    });
    await world.create(MADE);
    isTokenThere = false;
    expect((await world.delete()).Status).toBe('FAILED');
  });
});

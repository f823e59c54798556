import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { type ControlClient, controlClient } from './client.ts';
import { NodeServer } from './http/node-server.ts';
import type { ProblemCode } from './http/problem.ts';
import { ADMIN_TOKEN, TestApp } from './test-app.ts';

let app: TestApp;
let server: NodeServer;
let url: string;
let client: ControlClient;
beforeEach(async () => {
  app = await TestApp.start();
  server = await NodeServer.listen({ fetch: (request: Request) => app.handle(request) }, '127.0.0.1', 0);
  url = `http://127.0.0.1:${server.port}`;
  client = controlClient(url, ADMIN_TOKEN);
});
afterEach(async () => {
  await server.close();
  app[Symbol.dispose]();
});

describe('the client', () => {
  it('makes, shows, changes and deletes a channel over HTTP', async () => {
    const made = await client.channels.$post({ json: { channelId: 'demo', isPrivate: true } });
    expect(made.status).toBe(201);
    const one = { param: { channelId: 'demo' } };
    const shown = await client.channels[':channelId'].$get(one);
    if (shown.status !== 200) throw new Error(`it answered ${shown.status}`);
    expect(await shown.json()).toMatchObject({ channelId: 'demo', isPrivate: true, tenantId: 'default' });

    const header = { 'if-match': shown.headers.get('etag') ?? '' };
    const changed = await client.channels[':channelId'].$patch({ ...one, header, json: { isDisabled: true } });
    expect(changed.status).toBe(200);
    const stale = await client.channels[':channelId'].$patch({ ...one, header, json: { isDisabled: false } });
    expect(stale.status).toBe(412);
  });

  it('sends no body where there is nothing to say', async () => {
    await client.channels.$post({ json: { channelId: 'demo' } });
    const one = { param: { channelId: 'demo' } };
    expect((await client.channels[':channelId'].kick.$post(one)).status).toBe(204);
    expect((await client.channels[':channelId'].$delete({ ...one, header: {} })).status).toBe(204);
    expect((await client.channels[':channelId'].$get(one)).status).toBe(404);
  });

  it('asks for pages', async () => {
    for (const channelId of ['c1', 'c2', 'c3']) await client.channels.$post({ json: { channelId } });
    const first = await client.channels.$get({ query: { limit: '2' } });
    if (first.status !== 200) throw new Error(`it answered ${first.status}`);
    const { channels, next } = await first.json();
    expect([channels.map(({ channelId }) => channelId), next]).toEqual([['c1', 'c2'], 'c2']);
  });

  it('gets refusals as they are', async () => {
    const answer = await controlClient(url, 'wrong').channels.$get({ query: {} });
    if (answer.status !== 401) throw new Error(`it answered ${answer.status}`);
    expect(await answer.json()).toMatchObject({ code: 'token-invalid' });
  });

  it('calls for the tenant that the operator names', async () => {
    await client.tenants.$post({ json: { tenantId: 'acme' } });
    await controlClient(url, ADMIN_TOKEN, { tenantId: 'acme' }).channels.$post({ json: { channelId: 'theirs' } });
    expect((await client.channels[':channelId'].$get({ param: { channelId: 'theirs' } })).status).toBe(404);
  });
});

describe('the types of the client', () => {
  it('say by the status what is in the answer', () => {
    async function answers() {
      const answer = await client.channels[':channelId'].$get({ param: { channelId: 'demo' } });
      if (answer.status === 200) return { good: await answer.json() };
      if (answer.status === 404) return { bad: await answer.json() };
      return {};
    }
    type Answers = Awaited<ReturnType<typeof answers>>;
    type Good = Extract<Answers, { good: unknown }>['good'];
    type Bad = Extract<Answers, { bad: unknown }>['bad'];
    expectTypeOf<Good['profile']>().toEqualTypeOf<'ultra' | 'low' | 'economy' | 'standard'>();
    expectTypeOf<Good['createdAtMs']>().toEqualTypeOf<number>();
    expectTypeOf<Good>().not.toHaveProperty('srtPassphrase');
    expectTypeOf<Bad['code']>().toEqualTypeOf<ProblemCode>();
  });

  it('refuse what the API would refuse', () => {
    type Create = Parameters<ControlClient['channels']['$post']>[0];
    expectTypeOf<{ json: { channelId: string; profile: 'low' } }>().toExtend<Create>();
    expectTypeOf<{ json: { channelId: string; profile: 'fast' } }>().not.toExtend<Create>();
    expectTypeOf<{ json: { profile: 'low' } }>().not.toExtend<Create>();
    type Rotate = Parameters<ControlClient['channels'][':channelId']['stream-keys'][':keyId']['rotate']['$post']>[0];
    expectTypeOf<Rotate['param']>().toEqualTypeOf<{ channelId: string; keyId: string }>();
  });
});

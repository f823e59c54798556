import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ADMIN_TOKEN, refusalOf, TestApp } from '../test-app.ts';

const Page = z.object({
  records: z.array(
    z.object({
      actor: z.string(),
      method: z.string(),
      operation: z.string(),
      target: z.record(z.string(), z.string()),
      fields: z.array(z.string()),
      status: z.int(),
      atMs: z.int(),
      requestId: z.string(),
    }),
  ),
  next: z.string().nullable(),
});

let app: TestApp;
beforeEach(async () => {
  app = await TestApp.start();
});
afterEach(() => app[Symbol.dispose]());

async function audit(query = '') {
  return Page.parse(await (await app.admin('GET', `/v1/audit${query}`)).json());
}

describe('the audit', () => {
  it('has each change: who, when, what of which, and by which request', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'one', srtPassphrase: 'a secret passphrase' });
    app.nowMs += 1;
    const answer = await app.admin('PATCH', '/v1/channels/one', { isDisabled: true });
    const { records } = await audit();
    expect(records).toMatchObject([
      {
        actor: 'operator',
        method: 'PATCH',
        operation: '/v1/channels/{channelId}',
        target: { channelId: 'one' },
        fields: ['isDisabled'],
        status: 200,
        atMs: app.nowMs,
        requestId: answer.headers.get('x-request-id'),
      },
      { method: 'POST', operation: '/v1/channels', target: {}, fields: ['channelId', 'srtPassphrase'], status: 201 },
    ]);
    expect(JSON.stringify(records)).not.toContain('a secret passphrase');
  });

  it('names the API token, and not the token itself', async () => {
    const made = await (await app.admin('POST', '/v1/api-tokens', { name: 'x', scopes: ['channels:write'] })).json();
    const { apiToken, tokenId } = z.object({ apiToken: z.string(), tokenId: z.string() }).parse(made);
    app.nowMs += 1;
    await app.as(apiToken, 'POST', '/v1/channels', { channelId: 'two' });
    const { records } = await audit();
    expect(records[0]?.actor).toBe(`api-token ${tokenId}`);
    expect(JSON.stringify(records)).not.toContain(apiToken);
  });

  it('has nothing of what was read, refused or answered before', async () => {
    const key = { 'idempotency-key': 'the-same-key' };
    await app.admin('POST', '/v1/channels', { channelId: 'one' }, key);
    await app.admin('POST', '/v1/channels', { channelId: 'one' }, key);
    await app.admin('GET', '/v1/channels/one');
    await app.admin('PATCH', '/v1/channels/one', { isDisabled: 'no' });
    await app.admin('PATCH', '/v1/channels/two', { isDisabled: true });
    expect((await audit()).records).toHaveLength(1);
  });

  it('has nothing of a body that nobody asked for, whatever it is', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'one' });
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
    for (const body of ['{"a secret": 1}', 'not JSON', '']) {
      app.nowMs += 1;
      const answer = await app.request('/v1/channels/one/kick', { method: 'POST', headers, body });
      expect(answer.status).toBe(204);
      const { records } = await audit();
      expect(records[0]).toMatchObject({ operation: '/v1/channels/{channelId}/kick', fields: [], atMs: app.nowMs });
    }
  });

  it('comes page by page, the newest first', async () => {
    for (const channelId of ['c1', 'c2', 'c3']) {
      app.nowMs += 1;
      await app.admin('POST', '/v1/channels', { channelId });
    }
    const first = await audit('?limit=2');
    const second = await audit(`?limit=2&before=${first.next}`);
    const times = [...first.records, ...second.records].map(({ atMs }) => atMs);
    expect(times).toEqual([app.nowMs, app.nowMs - 1, app.nowMs - 2]);
    expect(second.next).toBeNull();
    expect(await refusalOf(await app.admin('GET', '/v1/audit?before=x'))).toEqual([400, 'request-invalid']);
  });
});

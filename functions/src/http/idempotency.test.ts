import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalOf, TestApp } from '../test-app.ts';

const KEYS = '/v1/channels/one/stream-keys';
const key = { 'idempotency-key': 'b1e1a2f0-0000-4000-8000-000000000001' };

let app: TestApp;
beforeEach(async () => {
  app = await TestApp.start();
  await app.admin('POST', '/v1/channels', { channelId: 'one' });
});
afterEach(() => app[Symbol.dispose]());

async function keyCount(): Promise<number> {
  const list = await (await app.admin('GET', KEYS)).json();
  return z.object({ streamKeys: z.array(z.unknown()) }).parse(list).streamKeys.length;
}

describe('a request with an idempotency key', () => {
  it('that is sent again is answered alike, and done once', async () => {
    const first = await app.admin('POST', KEYS, { label: 'x' }, key);
    const again = await app.admin('POST', KEYS, { label: 'x' }, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(await again.json()).toEqual(await first.json());
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await keyCount()).toBe(1);
  });

  it('keeps location and version of what was made', async () => {
    const [first, again] = [
      await app.admin('POST', '/v1/channels', { channelId: 'two' }, key),
      await app.admin('POST', '/v1/channels', { channelId: 'two' }, key),
    ];
    expect(again.status).toBe(201);
    for (const name of ['location', 'etag', 'content-type']) {
      expect(again.headers.get(name)).toBe(first.headers.get(name));
    }
  });

  it('does not bring what is shown once onto the disk', async () => {
    const { streamKey } = z
      .object({ streamKey: z.string() })
      .parse(await (await app.admin('POST', KEYS, {}, key)).json());
    const file = ['', '-wal']
      .map((end) => readFileSync(join(app.directory, `control.sqlite${end}`), 'latin1'))
      .join('');
    expect(file).toContain('idempotency#');
    expect(file).not.toContain(streamKey);
    expect(file).not.toContain(key['idempotency-key']);
  });

  it('is refused when it is another request', async () => {
    await app.admin('POST', KEYS, { label: 'x' }, key);
    const reused = [422, 'idempotency-key-reused'];
    expect(await refusalOf(await app.admin('POST', KEYS, { label: 'y' }, key))).toEqual(reused);
    expect(await refusalOf(await app.admin('POST', '/v1/channels', { label: 'x' }, key))).toEqual(reused);
    expect(await keyCount()).toBe(1);
  });

  it('is refused alike where it was refused', async () => {
    const wrong = { label: 'x'.repeat(99) };
    for (let times = 0; times < 2; times += 1) {
      expect(await refusalOf(await app.admin('POST', KEYS, wrong, key))).toEqual([400, 'request-invalid']);
    }
  });

  it('of another caller is another one', async () => {
    const scopes = ['stream-keys:write'];
    const made = await (await app.admin('POST', '/v1/api-tokens', { name: 'x', scopes })).json();
    const { apiToken } = z.object({ apiToken: z.string() }).parse(made);
    await app.admin('POST', KEYS, {}, key);
    const answer = await app.as(apiToken, 'POST', KEYS, {}, key);
    expect([answer.status, answer.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect(await keyCount()).toBe(2);
  });

  it('for another tenant is another one', async () => {
    await app.admin('POST', '/v1/tenants', { tenantId: 'others' });
    const body = { name: 'x', scopes: ['channels:read'] };
    const answers = [
      await app.admin('POST', '/v1/api-tokens', body, key),
      await app.admin('POST', '/v1/api-tokens', body, { ...key, 'sluice-tenant': 'others' }),
    ];
    const tenants = await Promise.all(answers.map((answer) => answer.json()));
    expect(tenants).toMatchObject([{ tenantId: 'default' }, { tenantId: 'others' }]);
  });

  it('that comes twice at once is done once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => app.admin('POST', KEYS, {}, key)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
    expect(statuses).toContain(201);
    expect(await keyCount()).toBe(1);
  });

  it('is forgotten after a day', async () => {
    await app.admin('POST', KEYS, {}, key);
    app.nowMs += 24 * 3_600_000;
    await app.admin('POST', KEYS, {}, key);
    expect(await keyCount()).toBe(2);
  });

  it.each(['short', 'with a blank in it', 'x'.repeat(129)])('is refused when the key is %s', async (text) => {
    const answer = await app.admin('POST', KEYS, {}, { 'idempotency-key': text });
    expect(await refusalOf(answer)).toEqual([400, 'request-invalid']);
    expect(await keyCount()).toBe(0);
  });
});

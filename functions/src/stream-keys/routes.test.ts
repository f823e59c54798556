import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { STREAM_KEYS_PER_CHANNEL_MAX } from '../channels/channels.ts';
import { refusalOf, TestApp } from '../test-app.ts';

const KEYS = '/v1/channels/one/stream-keys';
const Made = z.strictObject({
  channelId: z.literal('one'),
  keyId: z.string(),
  label: z.string(),
  role: z.enum(['primary', 'backup']),
  isDisabled: z.boolean(),
  createdAtMs: z.int(),
  issuedAtMs: z.int(),
  streamKey: z.string(),
});

let app: TestApp;
beforeEach(async () => {
  app = await TestApp.start();
  await app.admin('POST', '/v1/channels', { channelId: 'one' });
});
afterEach(() => app[Symbol.dispose]());

async function make(label = ''): Promise<z.infer<typeof Made>> {
  const answer = await app.admin('POST', KEYS, { label });
  expect(answer.status).toBe(201);
  return Made.parse(await answer.json());
}

describe('a stream key', () => {
  it('is shown once, and never again', async () => {
    const { streamKey, ...rest } = await make('  the studio ');
    expect(rest).toMatchObject({ label: 'the studio', role: 'primary', isDisabled: false, createdAtMs: app.nowMs });
    const list = await (await app.admin('GET', KEYS)).text();
    expect(JSON.parse(list)).toEqual({ streamKeys: [rest] });
    expect(list).not.toContain(streamKey);
    const changed = await (await app.admin('PATCH', `${KEYS}/${rest.keyId}`, { label: 'x' })).text();
    expect(changed).not.toContain(streamKey);
  });

  it('is on the disk as its hash only', async () => {
    const { streamKey, keyId } = await make();
    const bytes = ['', '-wal']
      .map((end) => readFileSync(join(app.directory, `control.sqlite${end}`), 'latin1'))
      .join('');
    expect(bytes).toContain(keyId);
    expect(bytes).not.toContain(streamKey);
  });

  it('is disabled and enabled again, and asked twice it is the same', async () => {
    const { keyId } = await make();
    for (const isDisabled of [true, true, false, false]) {
      const answer = await app.admin('PATCH', `${KEYS}/${keyId}`, { isDisabled });
      expect(await answer.json()).toMatchObject({ keyId, isDisabled });
    }
  });

  it('is for the backup when it is made so, or changed to it', async () => {
    const { keyId } = await make();
    expect(await (await app.admin('POST', KEYS, { role: 'backup' })).json()).toMatchObject({ role: 'backup' });
    for (const role of ['backup', 'primary']) {
      const answer = await app.admin('PATCH', `${KEYS}/${keyId}`, { role });
      expect(await answer.json()).toMatchObject({ keyId, role, isDisabled: false });
    }
    for (const body of [{ role: 'both' }, { role: null }]) {
      expect(await refusalOf(await app.admin('PATCH', `${KEYS}/${keyId}`, body))).toEqual([400, 'request-invalid']);
    }
  });

  it('is gone after it was deleted, however often that is asked', async () => {
    const { keyId } = await make();
    expect((await app.admin('DELETE', `${KEYS}/${keyId}`)).status).toBe(204);
    expect((await app.admin('DELETE', `${KEYS}/${keyId}`)).status).toBe(204);
    expect(await (await app.admin('GET', KEYS)).json()).toEqual({ streamKeys: [] });
    expect(await refusalOf(await app.admin('PATCH', `${KEYS}/${keyId}`, {}))).toEqual([404, 'no-such-stream-key']);
  });

  it('cannot be touched through another channel', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'two' });
    const { keyId } = await make();
    const path = `/v1/channels/two/stream-keys/${keyId}`;
    expect(await refusalOf(await app.admin('PATCH', path, { isDisabled: true }))).toEqual([404, 'no-such-stream-key']);
    await app.admin('DELETE', path);
    expect(await (await app.admin('GET', KEYS)).json()).toMatchObject({ streamKeys: [{ keyId, isDisabled: false }] });
  });

  it('needs a channel', async () => {
    const path = '/v1/channels/two/stream-keys';
    expect(await refusalOf(await app.admin('POST', path, {}))).toEqual([404, 'no-such-channel']);
    expect(await refusalOf(await app.admin('GET', path))).toEqual([404, 'no-such-channel']);
  });

  it.each([{ label: 'x'.repeat(81) }, { label: 1 }, { streamKey: 'mine' }, { isDisabled: true }])(
    'is not made of %j',
    async (body) => {
      expect(await refusalOf(await app.admin('POST', KEYS, body))).toEqual([400, 'request-invalid']);
    },
  );
});

it('a channel has so many stream keys and no more', async () => {
  const made = [];
  for (let index = 0; index < STREAM_KEYS_PER_CHANNEL_MAX; index += 1) made.push(await make());
  expect(new Set(made.map(({ streamKey }) => streamKey)).size).toBe(STREAM_KEYS_PER_CHANNEL_MAX);
  expect(await refusalOf(await app.admin('POST', KEYS, {}))).toEqual([409, 'too-many-stream-keys']);
  await app.admin('DELETE', `${KEYS}/${made[0]?.keyId}`);
  await make();
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalOf, TestApp } from '../test-app.ts';
import { SCOPES, type Scope } from './scope.ts';

const Made = z.object({ tokenId: z.string(), apiToken: z.string(), scopes: z.array(z.string()) });

let app: TestApp;
beforeEach(async () => {
  app = await TestApp.start();
});
afterEach(() => app[Symbol.dispose]());

async function make(scopes: Scope[], more: object = {}, headers: Record<string, string> = {}) {
  const answer = await app.admin('POST', '/v1/api-tokens', { name: 'a shop', scopes, ...more }, headers);
  expect(answer.status).toBe(201);
  return Made.parse(await answer.json());
}

describe('an API token', () => {
  it('is shown once, and kept as its hash only', async () => {
    const { apiToken, tokenId } = await make(['channels:read']);
    expect(apiToken).toMatch(/^sluice_[A-Za-z0-9_-]{32}$/);
    const list = await (await app.admin('GET', '/v1/api-tokens')).text();
    expect(JSON.parse(list)).toMatchObject({ apiTokens: [{ tokenId, name: 'a shop', scopes: ['channels:read'] }] });
    expect(list).not.toContain(apiToken);
    const file = ['', '-wal']
      .map((end) => readFileSync(join(app.directory, `control.sqlite${end}`), 'latin1'))
      .join('');
    expect(file).toContain(tokenId);
    expect(file).not.toContain(apiToken);
  });

  it('does what its scopes say and nothing else', async () => {
    await app.admin('POST', '/v1/channels', { channelId: 'one' });
    const { apiToken } = await make(['channels:read']);
    expect((await app.as(apiToken, 'GET', '/v1/channels/one')).status).toBe(200);
    for (const [method, path, body] of [
      ['POST', '/v1/channels', { channelId: 'two' }],
      ['PATCH', '/v1/channels/one', { isDisabled: true }],
      ['DELETE', '/v1/channels/one', undefined],
      ['POST', '/v1/channels/one/kick', undefined],
      ['POST', '/v1/broadcasts/0123456789abcdef/end', {}],
      ['POST', '/v1/channels/one/stream-keys', {}],
      ['GET', '/v1/channels/one/stream-keys', undefined],
      ['POST', '/v1/channels/one/playback-tokens', {}],
      ['GET', '/v1/audit', undefined],
      ['GET', '/v1/api-tokens', undefined],
      ['POST', '/v1/api-tokens', { name: 'x', scopes: ['channels:read'] }],
      ['GET', '/v1/tenants', undefined],
      ['POST', '/v1/tenants', { tenantId: 'mine' }],
      ['POST', '/v1/playback-keys', undefined],
    ] as const) {
      expect(await refusalOf(await app.as(apiToken, method, path, body))).toEqual([403, 'scope-missing']);
    }
    expect(await (await app.admin('GET', '/v1/channels/one')).json()).toMatchObject({ isDisabled: false });
  });

  it('is told what it is, whatever its scopes, and so is the operator', async () => {
    const expiresAtMs = app.nowMs + 60_000;
    const { apiToken, tokenId } = await make(['usage:read'], { expiresAtMs });
    const answer = await app.as(apiToken, 'GET', '/v1/caller');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const text = await answer.text();
    expect(text).not.toContain(apiToken);
    expect(JSON.parse(text)).toEqual({
      ...{ kind: 'token', tenantId: 'default', scopes: ['usage:read'], tokenId, expiresAtMs },
    });
    expect(await (await app.admin('GET', '/v1/caller')).json()).toEqual({
      ...{ kind: 'operator', tenantId: 'default', scopes: SCOPES, tokenId: null, expiresAtMs: null },
    });
    await app.admin('POST', '/v1/tenants', { tenantId: 'others' });
    const named = await app.admin('GET', '/v1/caller', undefined, { 'sluice-tenant': 'others' });
    expect(await named.json()).toMatchObject({ kind: 'operator', tenantId: 'others' });
    app.nowMs = expiresAtMs;
    expect(await refusalOf(await app.as(apiToken, 'GET', '/v1/caller'))).toEqual([401, 'token-invalid']);
    expect((await app.request('/v1/caller')).status).toBe(401);
  });

  it('can give no scope that it does not have', async () => {
    const { apiToken } = await make(['api-tokens:write', 'channels:read']);
    const more = { name: 'more', scopes: ['channels:read', 'channels:write'] };
    expect(await refusalOf(await app.as(apiToken, 'POST', '/v1/api-tokens', more))).toEqual([403, 'scope-missing']);
    const same = { name: 'same', scopes: ['channels:read'] };
    expect((await app.as(apiToken, 'POST', '/v1/api-tokens', same)).status).toBe(201);
  });

  it('opens nothing once it is deleted, or has ended', async () => {
    const deleted = await make(['channels:read']);
    const ended = await make(['channels:read'], { expiresAtMs: app.nowMs + 1_000 });
    for (const { apiToken } of [deleted, ended]) {
      expect((await app.as(apiToken, 'GET', '/v1/channels')).status).toBe(200);
    }
    for (let times = 0; times < 2; times += 1) {
      expect((await app.admin('DELETE', `/v1/api-tokens/${deleted.tokenId}`)).status).toBe(204);
    }
    app.nowMs += 1_000;
    for (const { apiToken } of [deleted, ended]) {
      expect(await refusalOf(await app.as(apiToken, 'GET', '/v1/channels'))).toEqual([401, 'token-invalid']);
    }
    expect(await (await app.admin('GET', '/v1/api-tokens')).json()).toEqual({ apiTokens: [] });
  });

  it.each([
    { scopes: ['channels:read'] },
    { name: '', scopes: ['channels:read'] },
    { name: 'x', scopes: [] },
    { name: 'x', scopes: ['channels:*'] },
    { name: 'x', scopes: ['operator'] },
    { name: 'x', scopes: ['channels:read'], expiresAtMs: 1 },
    { name: 'x', scopes: ['channels:read'], tenantId: 'others' },
  ])('is not made of %j', async (body) => {
    expect(await refusalOf(await app.admin('POST', '/v1/api-tokens', body))).toEqual([400, 'request-invalid']);
  });
});

describe('another tenant', () => {
  const others = { 'sluice-tenant': 'others' };
  let theirs: string;
  beforeEach(async () => {
    await app.admin('POST', '/v1/tenants', { tenantId: 'others', name: 'The others' });
    await app.admin('POST', '/v1/channels', { channelId: 'ours' });
    await app.admin('POST', '/v1/channels', { channelId: 'theirs' }, others);
    const scopes: Scope[] = ['channels:read', 'channels:write', 'stream-keys:read', 'stream-keys:write'];
    const more: Scope[] = ['playback:read', 'playback:write', 'broadcasts:read', 'broadcasts:write', 'audit:read'];
    theirs = (await make([...scopes, ...more, 'api-tokens:read', 'api-tokens:write'], {}, others)).apiToken;
  });

  it('sees its own channels only', async () => {
    const list = await (await app.as(theirs, 'GET', '/v1/channels')).json();
    expect(list).toMatchObject({ channels: [{ channelId: 'theirs', tenantId: 'others' }], next: null });
    expect(await (await app.admin('GET', '/v1/channels')).json()).toMatchObject({ channels: [{ channelId: 'ours' }] });
  });

  it('cannot read, change, kick or delete a channel that is not its own, nor what belongs to that', async () => {
    const { keyId } = z
      .object({ keyId: z.string() })
      .parse(await (await app.admin('POST', '/v1/channels/ours/stream-keys', {})).json());
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { isDisabled: true }],
      ['POST', '/kick', undefined],
      ['GET', '/events', undefined],
      ['GET', '/figures', undefined],
      ['GET', '/stream-keys', undefined],
      ['POST', '/stream-keys', {}],
      ['PATCH', `/stream-keys/${keyId}`, { isDisabled: true }],
      ['POST', `/stream-keys/${keyId}/rotate`, undefined],
      ['DELETE', `/stream-keys/${keyId}`, undefined],
      ['POST', '/playback-tokens', {}],
      ['POST', '/playback-revocations', { subject: 'x' }],
      ['GET', '/playback-revocations', undefined],
    ] as const) {
      const answer = await app.as(theirs, method, `/v1/channels/ours${path}`, body);
      expect(await refusalOf(answer)).toEqual([404, 'no-such-channel']);
    }
    // What is not there for it is gone for it, too.
    expect((await app.as(theirs, 'DELETE', '/v1/channels/ours')).status).toBe(204);
    expect(await (await app.admin('GET', '/v1/channels/ours')).json()).toMatchObject({ isDisabled: false });
    expect(await (await app.admin('GET', '/v1/channels/ours/stream-keys')).json()).toMatchObject({
      streamKeys: [{ keyId, isDisabled: false }],
    });
  });

  it('cannot take a name that is taken', async () => {
    const answer = await app.as(theirs, 'POST', '/v1/channels', { channelId: 'ours' });
    expect(await refusalOf(answer)).toEqual([409, 'channel-exists']);
  });

  it('has API tokens and an audit of its own', async () => {
    await make(['channels:read']);
    expect(await (await app.as(theirs, 'GET', '/v1/api-tokens')).json()).toMatchObject({
      apiTokens: [{ tenantId: 'others' }],
    });
    const { records } = z
      .object({ records: z.array(z.object({ tenantId: z.string() })) })
      .parse(await (await app.as(theirs, 'GET', '/v1/audit')).json());
    expect(new Set(records.map(({ tenantId }) => tenantId))).toEqual(new Set(['others']));
  });

  it('is not chosen by whoever has a token of one', async () => {
    const list = await app.as(theirs, 'GET', '/v1/channels', undefined, { 'sluice-tenant': 'default' });
    expect(await list.json()).toMatchObject({ channels: [{ channelId: 'theirs' }] });
  });

  it('stays while it has something', async () => {
    expect(await refusalOf(await app.admin('DELETE', '/v1/tenants/others'))).toEqual([409, 'tenant-in-use']);
    await app.as(theirs, 'DELETE', '/v1/channels/theirs');
    expect(await refusalOf(await app.admin('DELETE', '/v1/tenants/others'))).toEqual([409, 'tenant-in-use']);
    const { apiTokens } = z
      .object({ apiTokens: z.array(z.object({ tokenId: z.string() })) })
      .parse(await (await app.as(theirs, 'GET', '/v1/api-tokens')).json());
    const url = 'https://hooks.example.com/';
    const { endpointId } = z
      .object({ endpointId: z.string() })
      .parse(await (await app.admin('POST', '/v1/webhook-endpoints', { url }, others)).json());
    for (const { tokenId } of apiTokens) await app.as(theirs, 'DELETE', `/v1/api-tokens/${tokenId}`);
    expect(await refusalOf(await app.admin('DELETE', '/v1/tenants/others'))).toEqual([409, 'tenant-in-use']);
    await app.admin('DELETE', `/v1/webhook-endpoints/${endpointId}`, undefined, others);
    expect((await app.admin('DELETE', '/v1/tenants/others')).status).toBe(204);
    expect(await (await app.admin('GET', '/v1/tenants')).json()).toEqual({ tenants: [] });
    const answer = await app.admin('GET', '/v1/channels', undefined, others);
    expect(await refusalOf(answer)).toEqual([404, 'no-such-tenant']);
  });

  it('is made once, and not under another name', async () => {
    expect((await app.admin('POST', '/v1/tenants', { tenantId: 'others', name: 'The others' })).status).toBe(200);
    expect(await refusalOf(await app.admin('POST', '/v1/tenants', { tenantId: 'others' }))).toEqual([
      409,
      'tenant-exists',
    ]);
    expect(await refusalOf(await app.admin('POST', '/v1/tenants', { tenantId: 'default' }))).toEqual([
      409,
      'tenant-exists',
    ]);
  });
});

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  ChannelId,
  EDGE_CALL_AUDIENCE,
  EdgeCallClaims,
  PLAYBACK_REVOCATIONS_MAX,
  type PlaybackRevocation,
  RevocationNotice,
} from '@sluice/contracts';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ListeningEdge } from '../edge-fixture.ts';
import { refusalOf, TestApp } from '../test-app.ts';

const PATH = '/v1/channels/one/playback-revocations';
const Kept = z.object({ revocations: z.array(z.looseObject({ issuedBeforeMs: z.int() })) });

const NOTICES = /\/revocations$/;

/** What the edge was told of revocations. */
function told() {
  return edge.calls
    .filter(({ path }) => NOTICES.test(path))
    .map(({ path, authorization, body }) => ({ path, authorization, notice: RevocationNotice.parse(body) }));
}

let edge: ListeningEdge;
let app: TestApp;
beforeEach(async () => {
  edge = await ListeningEdge.start();
  app = await TestApp.start({ edgeUrl: edge.url });
  await app.admin('POST', '/v1/channels', { channelId: 'one' });
});
afterEach(async () => {
  app[Symbol.dispose]();
  edge.close();
});

async function untold(channelId: string): Promise<number> {
  return (await app.playback.untoldRevocations(ChannelId.parse(channelId))).length;
}

async function kept(path = PATH): Promise<unknown[]> {
  return Kept.parse(await (await app.admin('GET', path)).json()).revocations;
}

describe('revoking playback tokens', () => {
  const NOW = Date.UTC(2026, 10, 1) + 1;
  it.each<[request: object, revocation: PlaybackRevocation]>([
    [{ jti: 'abc' }, { jti: 'abc', issuedBeforeMs: NOW }],
    // It is the one token whenever it was issued, and remembered until that is over.
    [
      { jti: 'abc', issuedBeforeMs: 1 },
      { jti: 'abc', issuedBeforeMs: NOW },
    ],
    [{ subject: 'order-7' }, { subject: 'order-7', issuedBeforeMs: NOW }],
    [{ issuedBeforeMs: NOW - 60_000 }, { issuedBeforeMs: NOW - 60_000 }],
    [
      { subject: 'order-7', issuedBeforeMs: NOW - 1 },
      { subject: 'order-7', issuedBeforeMs: NOW - 1 },
    ],
    // Tokens that nobody has made yet are not revoked by a clock that is ahead.
    [{ issuedBeforeMs: Date.UTC(2030, 0) }, { issuedBeforeMs: NOW }],
  ])('%j: the edge is told before the answer is given', async (request, revocation) => {
    const answer = await app.admin('POST', PATH, request);
    expect([answer.status, await answer.json()]).toEqual([200, { ...revocation, isInForce: true }]);
    expect(told().map(({ path, notice }) => [path, notice])).toEqual([
      ['/control/v1/channels/one/revocations', { revocations: [revocation] }],
    ]);
    expect(await kept()).toEqual([revocation]);
  });

  it('is signed with the key of grants, for one channel and one minute', async () => {
    await app.admin('POST', PATH, { jti: 'abc' });
    const [call] = told();
    const token = call?.authorization.replace('Bearer ', '') ?? '';
    const { payload } = await jwtVerify(token, createLocalJWKSet(app.signer.jwks), {
      audience: EDGE_CALL_AUDIENCE,
      currentDate: new Date(app.nowMs),
    });
    expect(EdgeCallClaims.parse(payload)).toEqual({ aud: EDGE_CALL_AUDIENCE, sub: 'one', exp: app.nowMs / 1_000 + 60 });
    expect((await app.signer.read(token, app.nowMs)).kind).toBe('invalid');
  });

  it('is kept while the edge is away, and told once it is back, by a later process too', async () => {
    edge.status = 503;
    const answer = await app.admin('POST', PATH, { jti: 'one' });
    expect([answer.status, await answer.json()]).toMatchObject([202, { isInForce: false }]);
    app.nowMs += 1;
    await app.admin('POST', PATH, { subject: 'two' });
    edge.status = 200;
    edge.calls.length = 0;
    using other = await TestApp.start({ edgeUrl: edge.url, directory: app.directory });
    other.nowMs = app.nowMs + 5_000;
    await other.control.runner.runDue();
    const wanted = { revocations: [{ jti: 'one' }, { subject: 'two' }] };
    expect(told().map(({ notice }) => notice)).toMatchObject([wanted]);
    await app.control.runner.runDue();
    expect(told()).toHaveLength(1);
    expect(await other.control.queue.nextAtMs()).toBeUndefined();
  });

  it('is told of a channel though the edge refuses others, and those are tried on', async () => {
    const refused = ['one', 'two', 'three'];
    for (const channelId of refused) edge.refuses.add(channelId);
    for (const channelId of [...refused, 'four']) {
      await app.admin('POST', '/v1/channels', { channelId });
      await app.admin('POST', `/v1/channels/${channelId}/playback-revocations`, { jti: 'other' });
    }
    expect(await untold('four')).toBe(0);
    for (let round = 0; round < 3; round += 1) {
      app.nowMs += 5_000;
      await app.control.runner.runDue();
      for (const channelId of refused) expect(await untold(channelId)).toBe(1);
    }
    edge.refuses.clear();
    app.nowMs += 5_000;
    await app.control.runner.runDue();
    for (const channelId of refused) expect(await untold(channelId)).toBe(0);
    expect(await app.control.queue.nextAtMs()).toBeUndefined();
  });

  it('of all tokens takes the place of all others', async () => {
    await app.admin('POST', PATH, { subject: 'a' });
    app.nowMs += 1;
    await app.admin('POST', PATH, { jti: 't1' });
    await app.admin('POST', PATH, { issuedBeforeMs: app.nowMs });
    expect(await kept()).toEqual([{ issuedBeforeMs: app.nowMs }, { issuedBeforeMs: app.nowMs + 1, jti: 't1' }]);
  });

  it('finds no room when there are as many as there may be', async () => {
    const file = new DatabaseSync(join(app.directory, 'control.sqlite'));
    file.exec('BEGIN');
    const insert = file.prepare('INSERT INTO item VALUES (?, ?, ?, ?, 1)');
    for (let index = 0; index < PLAYBACK_REVOCATIONS_MAX; index += 1) {
      const body = { issuedBeforeMs: app.nowMs, jti: `t${index}`, subject: null, isTold: true };
      insert.run('revocations#one', `jti=t${index}&subject=`, JSON.stringify(body), app.nowMs + 1_000);
    }
    file.exec('COMMIT');
    file.close();
    expect(await refusalOf(await app.admin('POST', PATH, { jti: 'more' }))).toEqual([409, 'too-many-revocations']);
    // One that is known already is no more than there are.
    expect((await app.admin('POST', PATH, { jti: 't1' })).status).toBe(200);
  });

  it('goes before a channel: another one of its name is not opened by its tokens', async () => {
    expect((await app.admin('DELETE', '/v1/channels/one')).status).toBe(204);
    expect(told().map(({ notice }) => notice.revocations)).toEqual([[{ issuedBeforeMs: app.nowMs + 1 }]]);
    await app.admin('DELETE', '/v1/channels/one');
    await app.admin('DELETE', '/v1/channels/never-was');
    expect(told()).toHaveLength(1);
    await app.admin('POST', '/v1/channels', { channelId: 'one' });
    expect(await kept()).toEqual([{ issuedBeforeMs: app.nowMs + 1 }]);
  });

  it('is forgotten when every token that it hits is over', async () => {
    await app.admin('POST', PATH, { jti: 'one' });
    app.nowMs += 7 * 24 * 3_600_000;
    expect(await kept()).toHaveLength(1);
    app.nowMs += 1;
    expect(await kept()).toEqual([]);
  });

  it.each([{}, { jti: '' }, { subject: 'with blank' }, { issuedBeforeMs: -1 }, { all: true }, []])(
    'is not asked for by %j',
    async (request) => {
      expect(await refusalOf(await app.admin('POST', PATH, request))).toEqual([400, 'request-invalid']);
      expect(told()).toEqual([]);
    },
  );

  it('needs a channel', async () => {
    const path = '/v1/channels/two/playback-revocations';
    expect(await refusalOf(await app.admin('POST', path, { jti: 'x' }))).toEqual([404, 'no-such-channel']);
    expect(await refusalOf(await app.admin('GET', path))).toEqual([404, 'no-such-channel']);
  });
});

import { LeaseAnswer, Problem } from '@sluice/contracts';
import { generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { bodyText, edgeFetch, freshChannelId } from '../testing/edge-client.ts';
import { V720 } from '../testing/test-broadcast.ts';
import { testGrant } from '../testing/test-grant.ts';
import { ingestFetch, TestPublisher } from '../testing/test-publisher.ts';

async function problemOf(answer: Response): Promise<[status: number, code: string]> {
  return [answer.status, Problem.parse(await answer.json()).code];
}

async function status(channelId: string) {
  return (await edgeFetch(`/live/${channelId}/status.json`)).json();
}

describe('a lease', () => {
  it('is given to a node with a grant, with an epoch that rises', async () => {
    const channelId = freshChannelId();
    const grant = await testGrant({ channelId });
    const ask = () => ingestFetch(channelId, 'lease', { grant, body: { nodeId: 'node-a' } });
    const answer = await ask();
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const first = LeaseAnswer.parse(await answer.json());
    expect(first).toMatchObject({ epoch: 1, next: {}, initVersion: 0, leaseMs: 10_000 });
    expect(first.continues).toBeUndefined();
    expect(LeaseAnswer.parse(await (await ask()).json()).epoch).toBe(2);
  });

  it('is refused to a second publisher where the channel says so', async () => {
    const first = await TestPublisher.live(1, { takeover: 'refuse' });
    const { channelId } = first;
    const grant = await testGrant({ channelId, nodeId: 'node-b', takeover: 'refuse' });
    const answer = await ingestFetch(channelId, 'lease', { grant, body: { nodeId: 'node-b' } });
    expect(await problemOf(answer)).toEqual([409, 'channel-in-use']);
    await first.publish(1, 2);
  });

  it('passes to the publisher who takes over, and the loser’s epoch is refused everywhere', async () => {
    const loser = await TestPublisher.live(6);
    const winner = await TestPublisher.begin({ channelId: loser.channelId, nodeId: 'node-b' });
    expect(winner.epoch).toBe(loser.epoch + 1);
    expect(await problemOf(await loser.post('announce', { parts: [] }))).toEqual([409, 'epoch-superseded']);
    expect(await problemOf(await loser.returnLease())).toEqual([409, 'epoch-superseded']);
    // Whoever watches goes on watching, and sees what the winner sends.
    expect(winner.broadcastId).toBe(loser.broadcastId);
    await winner.publish(6, 8);
    expect(await bodyText(await edgeFetch(`${loser.path}/v720.m3u8`))).toContain('v720/2.3.m4s');
    expect(await status(loser.channelId)).toMatchObject({ state: 'live' });
  });

  it('tells a node that takes over what it goes on with', async () => {
    const { channelId, broadcastId, broadcast } = await TestPublisher.live(6);
    const grant = await testGrant({ channelId, nodeId: 'node-b' });
    const body = { nodeId: 'node-b' };
    const answer = LeaseAnswer.parse(await (await ingestFetch(channelId, 'lease', { grant, body })).json());
    const next = { msn: 2, partIndex: 2 };
    expect(answer).toMatchObject({ broadcastId, continues: broadcast.description, next: { v720: next } });
  });

  it('can be handed on: the broadcast stays open for another node', async () => {
    const publisher = await TestPublisher.live(6);
    const { broadcastId, epoch } = publisher;
    const body = { broadcastId, epoch, expectsSuccessor: true };
    expect((await publisher.post('lease', body, 'DELETE')).status).toBe(204);
    expect(await bodyText(await edgeFetch(`${publisher.path}/v720.m3u8`))).not.toContain('#EXT-X-ENDLIST');
    const successor = await TestPublisher.begin({ channelId: publisher.channelId, nodeId: 'node-b' });
    expect(successor.broadcastId).toBe(broadcastId);
  });

  it('ends the broadcast when it is handed back, and may be handed back twice', async () => {
    const publisher = await TestPublisher.live(6);
    expect((await publisher.returnLease()).status).toBe(204);
    expect(await bodyText(await edgeFetch(`${publisher.path}/v720.m3u8`))).toContain('#EXT-X-ENDLIST');
    expect(await status(publisher.channelId)).toMatchObject({ state: 'offline', broadcast: null });
    expect((await publisher.returnLease()).status).toBe(204);
    expect(await problemOf(await publisher.post('announce', { parts: [] }))).toEqual([410, 'broadcast-ended']);
  });
});

describe('an announcement', () => {
  it('is answered with what comes next, and needs a description first', async () => {
    const publisher = await TestPublisher.begin();
    const parts = publisher.broadcast.parts(0, 2);
    expect(await publisher.announce(parts)).toEqual({
      next: {},
      needsDescription: true,
      hasStandby: false,
      takesThumbnails: true,
      watched: [],
    });
    const { description } = publisher.broadcast;
    const next = { msn: 1, partIndex: 2 };
    expect(await publisher.announce(parts, { description })).toEqual({
      next: { v720: next, v360: next, a128: next },
      needsDescription: false,
      hasStandby: false,
      takesThumbnails: true,
      watched: ['v720', 'v360', 'a128'],
    });
  });

  it('that comes twice changes nothing', async () => {
    const publisher = await TestPublisher.live(6);
    const before = await bodyText(await edgeFetch(`${publisher.path}/v720.m3u8`));
    expect(await publisher.announce(publisher.broadcast.parts(0, 6))).toMatchObject({
      next: { v720: { msn: 2, partIndex: 2 } },
    });
    expect(await bodyText(await edgeFetch(`${publisher.path}/v720.m3u8`))).toBe(before);
  });

  it('with a hole before it is answered with where to send again from', async () => {
    const publisher = await TestPublisher.live(6);
    await publisher.put(6, 10);
    const { broadcast } = publisher;
    expect(await publisher.announce(broadcast.parts(8, 10))).toMatchObject({
      next: { v720: { msn: 2, partIndex: 2 } },
    });
    expect(await publisher.announce(broadcast.parts(6, 10))).toMatchObject({
      next: { v720: { msn: 3, partIndex: 2 } },
    });
  });

  it('of what no playlist could list is refused, with a sentence', async () => {
    const publisher = await TestPublisher.live(6);
    const tooLong = publisher.broadcast.part(6, V720, { durationTicks: 17_000 });
    const answer = await publisher.post('announce', { parts: [tooLong] });
    const problem = Problem.parse(await answer.json());
    expect([answer.status, problem.code, problem.detail]).toEqual([
      400,
      'announcement-invalid',
      'part-too-long: v720 2.2',
    ]);
    await publisher.publish(6, 7);
  });

  it('of another broadcast is refused', async () => {
    const publisher = await TestPublisher.live(1);
    const answer = await publisher.post('announce', { broadcastId: '0mww8blwx4z6wtlh8p00', parts: [] });
    expect(await problemOf(answer)).toEqual([400, 'announcement-invalid']);
  });
});

describe('a request to the ingest routes', () => {
  it.each([
    ['no authorization', {}],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['no token', { authorization: 'Bearer ' }],
    ['a token that is none', { authorization: 'Bearer abc' }],
  ])('is refused with %s, before its body is looked at', async (_what, headers) => {
    const path = `/ingest/v1/channels/${freshChannelId()}/lease`;
    const answer = await edgeFetch(path, { method: 'POST', headers, body: '{' });
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(await problemOf(answer)).toEqual([401, 'grant-invalid']);
  });

  it('is refused with a grant for another channel, for another node, of another signer, or of yesterday', async () => {
    const channelId = freshChannelId();
    const body = { nodeId: 'node-a' };
    const { privateKey } = await generateKeyPair('ES256');
    const refusals = await Promise.all(
      [
        testGrant({ channelId: freshChannelId() }),
        testGrant({ channelId, nodeId: 'node-b' }),
        testGrant({ channelId, signingKey: privateKey }),
        testGrant({ channelId, expiresAtS: Date.now() / 1_000 - 86_400 }),
      ].map(async (grant) => problemOf(await ingestFetch(channelId, 'lease', { grant: await grant, body }))),
    );
    expect(refusals).toEqual([
      [401, 'grant-invalid'],
      [401, 'grant-invalid'],
      [401, 'grant-invalid'],
      [401, 'grant-expired'],
    ]);
  });

  it('never repeats the grant', async () => {
    const grant = await testGrant({ channelId: freshChannelId() });
    const answer = await ingestFetch(freshChannelId(), 'lease', { grant, body: {} });
    expect(await answer.text()).not.toContain(grant.slice(0, 20));
  });

  it.each([
    ['no JSON', 'nodeId=node-a'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['no node', '{}'],
    ['a node that cannot be', '{"nodeId":"-"}'],
    ['something that nobody asked for', '{"nodeId":"node-a","isAdmin":true}'],
  ])('is malformed with %s as its body', async (_what, body) => {
    const channelId = freshChannelId();
    const headers = { authorization: `bearer ${await testGrant({ channelId })}` };
    const answer = await edgeFetch(`/ingest/v1/channels/${channelId}/lease`, { method: 'POST', headers, body });
    expect(await problemOf(answer)).toEqual([400, 'request-invalid']);
  });

  it.each([
    ['msn 0', { msn: 0 }],
    ['a negative part', { partIndex: -1 }],
    ['half a tick', { startTicks: 0.5 }],
    ['no duration', { durationTicks: 0 }],
    ['a size beyond all objects', { sizeBytes: 2 ** 40 }],
    ['a text for a number', { msn: '1' }],
    ['a rendition that cannot be', { renditionId: '../v720' }],
  ])('is malformed with a part of %s', async (_what, changes) => {
    const publisher = await TestPublisher.begin();
    const parts = [{ ...publisher.broadcast.part(0, V720), ...changes }];
    expect(await problemOf(await publisher.post('announce', { parts }))).toEqual([400, 'request-invalid']);
  });

  it('is too large when it is, and when it has too many parts it is malformed', async () => {
    const publisher = await TestPublisher.begin();
    const padding = 'x'.repeat(300_000);
    expect(await problemOf(await publisher.post('announce', { padding }))).toEqual([413, 'request-too-large']);
    const parts = publisher.broadcast.parts(0, 171);
    expect(parts.length).toBe(513);
    expect(await problemOf(await publisher.post('announce', { parts }))).toEqual([400, 'request-invalid']);
    const most = publisher.broadcast.parts(0, 170);
    expect(
      (await publisher.post('announce', { parts: most, description: publisher.broadcast.description })).status,
    ).toBe(200);
  });

  it('has only the addresses and methods that there are', async () => {
    const base = `/ingest/v1/channels/${freshChannelId()}`;
    const wrongMethod = await edgeFetch(`${base}/lease`);
    expect(wrongMethod.headers.get('allow')).toBe('POST, DELETE');
    expect(await problemOf(wrongMethod)).toEqual([405, 'method-not-allowed']);
    expect(await problemOf(await edgeFetch(`${base}/announce`, { method: 'PUT' }))).toEqual([
      405,
      'method-not-allowed',
    ]);
    expect(await problemOf(await edgeFetch(`${base}/nonsense`, { method: 'POST' }))).toEqual([404, 'no-such-address']);
    expect(await problemOf(await edgeFetch('/ingest/v2/'))).toEqual([404, 'no-such-address']);
    const malformed = await edgeFetch('/ingest/v1/channels/No%20Such/lease', { method: 'POST' });
    expect(await problemOf(malformed)).toEqual([400, 'malformed-path']);
  });
});

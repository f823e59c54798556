import { ChannelId, IngestEvent } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemReply } from '../control/scripted-peer.ts';
import { V720 } from '../package/packaging-fixture.ts';
import { BroadcastStage, GRANT, STREAM_KEY } from './broadcast-stage.ts';

const WHOLE_SEGMENT = ['1.0', '1.1', '1.2', '1.3'];

let stage: BroadcastStage;
beforeEach(async () => {
  stage = await BroadcastStage.open();
});
afterEach(() => stage[Symbol.asyncDispose]());

describe('a publisher with a right key', () => {
  it('is asked about, gets a lease with its grant, and is listed part by part', async () => {
    const publisher = await stage.livePublisher();
    expect(publisher.refusal).toBeUndefined();
    expect(stage.control.requests).toMatchObject([
      { path: '/v1/ingest/authorize', body: { streamKey: STREAM_KEY, protocol: 'rtmp', clientAddress: '192.0.2.7' } },
    ]);
    expect(stage.leaseRequests('POST')).toMatchObject([
      { path: '/ingest/v1/channels/demo/lease', authorization: `Bearer ${GRANT}`, body: { nodeId: 'node-1' } },
    ]);
    publisher.send();
    await stage.edge.untilListed(V720, 2);
    expect(await stage.broadcastCount()).toBe(1);
  });

  it('who stops has the last segment finished and stored, and the lease handed back; nothing is left', async () => {
    const publisher = await stage.livePublisher();
    publisher.leave('unpublished');
    await stage.untilLogged('broadcast ended');
    expect(stage.edge.names(V720)).toEqual(WHOLE_SEGMENT);
    expect(stage.store.stored.has('demo/0123456789abcde1/v720/1.m4s')).toBe(true);
    expect(stage.leaseRequests('DELETE')).toMatchObject([
      { body: { broadcastId: '0123456789abcde1', epoch: 1, expectsSuccessor: false } },
    ]);
    expect(await stage.broadcastCount()).toBe(0);
  });

  it('who leaves before anything was coded leaves nothing behind', async () => {
    const publisher = await stage.publish();
    publisher.leave('peer-left');
    await stage.untilLogged('broadcast ended');
    expect(stage.edge.announcements).toEqual([]);
    expect(stage.edge.isReturned).toBe(true);
    expect(await stage.broadcastCount()).toBe(0);
  });

  it('is held back while the transcoder is full, and no longer', async () => {
    const publisher = await stage.livePublisher();
    publisher.send('sleep');
    while (publisher.pauses.length === 0) publisher.send('sleep', 100_000);
    expect(publisher.pauses[0]).toBe(true);
    publisher.send();
    await stage.edge.untilListed(V720, 2);
    expect(publisher.pauses.at(-1)).toBe(false);
  });

  it('never has key, grant or token in the log', async () => {
    const publisher = await stage.livePublisher();
    publisher.send('off the grid');
    await stage.untilLogged('broadcast ended');
    for (const line of stage.logLines) expect(line).not.toMatch(/secret/);
  });
});

describe('a publisher who is refused', () => {
  it.each([
    [403, 'unknown-stream-key', 'unknown-stream-key'],
    [403, 'stream-key-disabled', 'stream-key-disabled'],
    [403, 'channel-disabled', 'channel-disabled'],
    [401, 'node-token-invalid', 'internal-error'],
  ])('by the control API with %i %s is told %s, and no lease is asked for', async (status, code, told) => {
    stage.control.script = () => problemReply(status, code);
    const { refusal } = await stage.publish();
    expect(refusal?.code).toBe(told);
    expect(refusal?.sentence).not.toContain(STREAM_KEY);
    expect(stage.leaseRequests('POST')).toEqual([]);
  });

  it('because the control API does not answer is told that, after it was asked twice', async () => {
    stage.control.script = () => ({ status: 503 });
    expect((await stage.publish()).refusal?.code).toBe('control-unreachable');
    expect(stage.control.requests).toHaveLength(2);
  });

  it.each([
    ['channel-in-use', problemReply(409, 'channel-in-use')],
    ['control-unreachable', { status: 503 }],
    ['internal-error', problemReply(401, 'grant-invalid')],
  ] as const)('by the edge is told %s, and nothing is left', async (code, reply) => {
    stage.edge.leaseReply = reply;
    expect((await stage.publish()).refusal?.code).toBe(code);
    await stage.untilLogged('broadcast ended');
    expect(await stage.broadcastCount()).toBe(0);
    expect(stage.edge.isReturned).toBe(false);
  });

  it('for want of room is told so, and gets in when there is some', async () => {
    await using small = await BroadcastStage.open({ broadcastsMax: 1 });
    const first = await small.publish();
    expect(small.registry.isReady).toBe(false);
    small.settings = { ...small.settings, channelId: ChannelId.parse('other') };
    expect((await small.publish()).refusal?.code).toBe('server-full');
    first.leave('unpublished');
    await small.untilLogged('broadcast ended');
    expect((await small.publish()).refusal).toBeUndefined();
  });
});

describe('a publisher whose connection drops', () => {
  it('comes back into the same broadcast', async () => {
    const first = await stage.livePublisher();
    first.leave('peer-left');
    const second = await stage.publish();
    expect(second.refusal).toBeUndefined();
    second.send();
    await stage.edge.untilListed(V720, 2);
    expect(stage.leaseRequests('POST')).toHaveLength(1);
    const told = (await stage.metrics.warnings.get()).values.map(({ labels }) => labels.code);
    expect(told).toEqual(['video-missing', 'timestamp-jump']);
  });

  it('comes back while the control API is away, with the key that was good a moment ago', async () => {
    const first = await stage.livePublisher();
    first.leave('peer-left');
    stage.control.script = () => ({ status: 503 });
    const second = await stage.publish();
    expect(second.refusal).toBeUndefined();
    second.send();
    await stage.edge.untilListed(V720, 2);
    second.leave('unpublished');
    await stage.untilLogged('broadcast ended');
    // With the broadcast it is forgotten.
    expect((await stage.publish()).refusal?.code).toBe('control-unreachable');
  });

  it('and does not come back ends it, when the window has passed', async () => {
    stage.settings = { ...stage.settings, reconnectWindowMs: 1 };
    const publisher = await stage.livePublisher();
    publisher.leave('timed-out');
    await stage.untilLogged('broadcast ended');
    expect(stage.logLines.at(-1)).toContain('reconnect-window-passed');
    expect(stage.edge.names(V720)).toEqual(WHOLE_SEGMENT);
    expect(stage.edge.isReturned).toBe(true);
    // What is announced after it must not read as if somebody had come back.
    const absence = stage.edge.announcements.map(({ isPublisherAbsent }) => isPublisherAbsent ?? false);
    expect(absence.slice(absence.indexOf(true))).not.toContain(false);
    expect(absence.at(-1)).toBe(true);
  });

  it('ends it at once where the channel has no window', async () => {
    stage.settings = { ...stage.settings, reconnectWindowMs: 0 };
    const publisher = await stage.livePublisher();
    publisher.leave('peer-left');
    await stage.untilLogged('broadcast ended');
    expect(stage.logLines.at(-1)).toContain('publisher-stopped');
  });
});

describe('a broadcast that is fenced', () => {
  it.each([
    ['epoch-superseded', 'taken-over'],
    ['broadcast-ended', 'internal-error'],
    ['grant-invalid', 'internal-error'],
  ])('by the edge with %s sends its publisher away (%s), and says nothing more to the edge', async (code, told) => {
    const publisher = await stage.livePublisher();
    stage.edge.fault = () => problemReply(409, code);
    publisher.send();
    expect((await publisher.closed).code).toBe(told);
    await stage.untilLogged('broadcast ended');
    expect(stage.edge.names(V720)).toEqual(['1.0']);
    expect(stage.edge.isReturned).toBe(false);
    expect(await stage.broadcastCount()).toBe(0);
  });

  it('by the control API, when the grant is to be renewed, ends properly', async () => {
    stage.grantLifeMs = 0;
    const publisher = await stage.livePublisher();
    stage.control.script = () => problemReply(403, 'stream-key-disabled');
    expect((await publisher.closed).code).toBe('stream-key-disabled');
    await stage.untilLogged('broadcast ended');
    expect(stage.edge.names(V720)).toEqual(WHOLE_SEGMENT);
    expect(stage.edge.isReturned).toBe(true);
  });
});

describe('a publisher whose right to publish is taken away', () => {
  it.each(['stream-key-disabled', 'kicked'] as const)('is cut (%s), and viewers get a proper end', async (reason) => {
    await using checked = await BroadcastStage.open({ checkEveryMs: 1 });
    const publisher = await checked.publish();
    publisher.send();
    await checked.edge.untilListed(V720, 1);
    const named = { channelId: 'demo', keyId: 'key-1', authorizedAtMs: 1 };
    checked.control.script = ({ path, body }) => {
      expect([path, body]).toEqual(['/v1/ingest/check', { nodeId: 'node-1', publishers: [named] }]);
      return { status: 200, body: { ended: [{ ...named, reason }] } };
    };
    expect((await publisher.closed).code).toBe(reason);
    await checked.untilLogged('broadcast ended');
    expect(checked.edge.names(V720)).toEqual(WHOLE_SEGMENT);
    expect(checked.leaseRequests('DELETE')).toMatchObject([{ body: { expectsSuccessor: false } }]);
  });
});

describe('what the control API is told of a broadcast', () => {
  it('is when it starts, when its publisher is away and back, and how it ends', async () => {
    const publisher = await stage.livePublisher();
    publisher.leave('peer-left');
    const back = await stage.publish();
    back.leave('unpublished');
    await stage.untilLogged('broadcast ended');
    await stage.events.close();
    const place = { channelId: 'demo', broadcastId: '0123456789abcde1' };
    const told = stage.told.filter(({ kind }) => kind !== 'health-warning');
    expect(told.map(({ kind }) => kind)).toEqual([
      'broadcast-started',
      'publisher-absent',
      'publisher-back',
      'broadcast-ended',
    ]);
    expect(told).toMatchObject([
      { ...place, protocol: 'rtmp', isResumed: false },
      { ...place, reason: 'peer-left' },
      place,
      { ...place, reason: 'publisher-stopped' },
    ]);
  });

  it('is what is wrong with what it is sent, as its transcoder and its protocol say, and nothing that is secret', async () => {
    const publisher = await stage.livePublisher();
    publisher.warn('Only audio track 0 is used; track 1 was left out.');
    publisher.leave('peer-left');
    const back = await stage.publish();
    await stage.untilLogged('warning about the source', 3);
    back.leave('unpublished');
    await stage.untilLogged('broadcast ended');
    await stage.events.close();
    const warnings = stage.told.filter((event) => event.kind === 'health-warning');
    expect(warnings.map(({ code }) => code)).toEqual(['source', 'video-missing', 'timestamp-jump']);
    expect(warnings[0]).toMatchObject({ channelId: 'demo', broadcastId: '0123456789abcde1' });
    for (const event of stage.told) {
      IngestEvent.parse(event);
      expect(JSON.stringify(event)).not.toMatch(/secret/);
    }
  });

  it('is nothing of one that never began', async () => {
    stage.edge.leaseReply = problemReply(409, 'channel-in-use');
    await stage.publish();
    await stage.untilLogged('broadcast ended');
    await stage.events.close();
    expect(stage.told).toEqual([]);
  });
});

describe('what a scrape shows of a channel', () => {
  const lag = async () => (await stage.metrics.registry.metrics()).match(/^.*encode_lag.*channel=.*$/gm) ?? [];

  it('is how far its encoders are behind, as long as the broadcast lives', async () => {
    const publisher = await stage.livePublisher();
    publisher.send('tell how it goes');
    await stage.edge.untilListed(V720, 2);
    expect(await lag()).toEqual(['sluice_ingest_encode_lag_seconds{channel="demo"} 0.25']);
    publisher.leave('peer-left');
    expect(await lag()).toHaveLength(1);
    (await stage.publish()).leave('unpublished');
    // What the transcoder says while it finishes is of a broadcast that has ended.
    expect(await lag()).toEqual([]);
    await stage.untilLogged('broadcast ended');
    expect(await lag()).toEqual([]);
    expect(await stage.metrics.registry.metrics()).not.toMatch(/channel=/);
  });
});

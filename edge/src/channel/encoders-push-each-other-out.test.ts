import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { type ChannelId, Problem } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { channelStub } from '../testing/edge-client.ts';
import { testGrant } from '../testing/test-grant.ts';
import { ingestFetch, TestPublisher } from '../testing/test-publisher.ts';

// Only the clock is set: timers run as they do.
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

function keptLease(channelId: ChannelId): Promise<unknown> {
  return runInDurableObject(channelStub(channelId), (_object, { storage }) => storage.kv.get('lease'));
}

/** What a node is answered that asks for the channel: its epoch, or how long it has to wait, in seconds. */
async function ask(channelId: ChannelId, nodeId: string): Promise<{ epoch: number } | { waitS: number }> {
  const grant = await testGrant({ channelId, nodeId });
  const answer = await ingestFetch(channelId, 'lease', { grant, body: { nodeId } });
  if (answer.ok) return { epoch: (await answer.json<{ epoch: number }>()).epoch };
  const problem = Problem.parse(await answer.json());
  expect([problem.status, problem.code]).toEqual([409, 'channel-in-use']);
  const waitS = Number(answer.headers.get('retry-after'));
  expect(problem.detail).toContain(`in ${waitS} s`);
  return { waitS };
}

/** The lease passes to another node, and the one that had it learns of it. */
async function takeOver(loser: TestPublisher, nodeId: string): Promise<TestPublisher> {
  const winner = await TestPublisher.begin({ channelId: loser.channelId, nodeId });
  expect((await loser.post('announce', { parts: [] })).status).toBe(409);
  return winner;
}

describe('two encoders on two nodes that both connect again whenever they are pushed out', () => {
  it('take the channel from each other more and more rarely', async () => {
    let onAir = await takeOver(await TestPublisher.live(6, { nodeId: 'node-a' }), 'node-b');
    const { channelId } = onAir;
    const waitedS: number[] = [];
    for (const nodeId of ['node-a', 'node-b', 'node-a']) {
      const answer = await ask(channelId, nodeId);
      if (!('waitS' in answer)) throw new Error(`${nodeId} was let in at once`);
      waitedS.push(answer.waitS);
      // A millisecond too early, and whoever is on air goes on.
      pass(answer.waitS * 1_000 - 1);
      await onAir.announce([]);
      expect(await ask(channelId, nodeId)).toEqual({ waitS: 1 });
      pass(1);
      onAir = await takeOver(onAir, nodeId);
    }
    expect(waitedS).toEqual([10, 20, 40]);
  });

  it('find it so after the channel’s object was evicted', async () => {
    const loser = await TestPublisher.live(6, { nodeId: 'node-a' });
    const { channelId } = loser;
    await takeOver(loser, 'node-b');
    const takenOverAtMs = Date.now();
    await vi.waitFor(
      async () => expect(await keptLease(channelId)).toMatchObject({ takeovers: { restMs: 10_000 } }),
      10_000,
    );
    // Waiting moves a clock that is set.
    vi.setSystemTime(takenOverAtMs);
    await evictDurableObject(channelStub(channelId));
    expect(await ask(channelId, 'node-a')).toEqual({ waitS: 10 });
    // Who has it is asked for nothing.
    expect(await ask(channelId, 'node-b')).toEqual({ epoch: 3 });
  });

  it('find it so when the object was evicted before the one that was pushed out said a word', async () => {
    const loser = await TestPublisher.live(6, { nodeId: 'node-a' });
    const { channelId } = loser;
    await TestPublisher.begin({ channelId, nodeId: 'node-b' });
    await evictDurableObject(channelStub(channelId));
    expect((await loser.post('announce', { parts: [] })).status).toBe(409);
    expect(await ask(channelId, 'node-a')).toEqual({ waitS: 10 });
  });
});

describe('an encoder that comes back through another node than before', () => {
  it('need not wait when its node has died, however often that happens', async () => {
    const { channelId } = await TestPublisher.live(6, { nodeId: 'node-a' });
    for (const [index, nodeId] of ['node-b', 'node-c', 'node-d'].entries()) {
      expect(await ask(channelId, nodeId)).toEqual({ epoch: index + 2 });
    }
  });

  it('need not wait while the node that had it announces for nobody, and has to again when that one is sent to', async () => {
    const first = await TestPublisher.live(6, { nodeId: 'node-a' });
    const { channelId } = first;
    const second = await takeOver(first, 'node-b');
    await second.announce([], { isPublisherAbsent: true });
    const third = await TestPublisher.begin({ channelId, nodeId: 'node-a' });
    expect(third.epoch).toBe(3);
    await third.announce([], { isPublisherAbsent: true });
    await third.announce([]);
    expect(await ask(channelId, 'node-b')).toEqual({ waitS: 10 });
  });
});

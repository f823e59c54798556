import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { ChannelId, EdgeEvent } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChannelObject } from '../channel/channel.object.ts';
import { channelStub, freshChannelId } from '../testing/edge-client.ts';
import { resetObject } from '../testing/reset-object.ts';
import { TestPublisher } from '../testing/test-publisher.ts';
import { bookOf, keptEvents, untilAllTold, untilTold } from '../testing/told-events.ts';
import { controlEvents } from './control-events.ts';

// Only the clock is set: timers run as they do, and the object's alarm is rung by hand.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ABSENT = { isPublisherAbsent: true };

async function pass({ channelId }: TestPublisher, ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  expect(await runDurableObjectAlarm(channelStub(channelId))).toBe(true);
}

/** Of an object that was reset only its alarm is left, which rings after some seconds; here it rings until all is told. */
async function untilToldByAlarms(channelId: ChannelId, kinds: readonly EdgeEvent['kind'][]): Promise<void> {
  await vi.waitFor(async () => {
    await runDurableObjectAlarm(channelStub(channelId));
    expect((await bookOf(channelId)).taken.map(({ kind }) => kind)).toEqual(kinds);
  }, 30_000);
}

function sequencesOf(events: readonly EdgeEvent[]): number[] {
  return events.map(({ sequence }) => sequence);
}

const WHOLE_LIFE = ['broadcast-started', 'publisher-absent', 'publisher-back', 'broadcast-ended'] as const;

describe('the control API is told of a broadcast', () => {
  it('what became of it, in order, with the edge’s own token, and nothing is left to be told', async () => {
    const publisher = await TestPublisher.live(8, { isRecorded: true });
    const { channelId, broadcastId } = publisher;
    await untilTold(channelId, ['broadcast-started']);
    const absentAtMs = Date.now();
    await publisher.announce([], ABSENT);
    vi.setSystemTime(absentAtMs + 5_000);
    await publisher.announce([]);
    await publisher.returnLease();
    const events = await untilTold(channelId, WHOLE_LIFE);
    expect(events).toMatchObject([
      { broadcastId, isPrivate: false, isRecorded: true, startedAtMs: publisher.broadcast.description.startedAtMs },
      { broadcastId, atMs: absentAtMs },
      { broadcastId, atMs: absentAtMs + 5_000, absentMs: 5_000 },
      // Two segments of 64 frames.
      { reason: 'publisher-stopped', totals: { viewersPeak: 0, views: 0, viewerMs: 0, liveMs: 4_267 } },
    ]);
    expect(sequencesOf(events)).toEqual([...new Set(sequencesOf(events))].sort((a, b) => a - b));
    await untilAllTold(channelId);
    const { batches } = await bookOf(channelId);
    expect(new Set(batches.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${env.EDGE_TOKEN}`]));
  });

  it('once it can be played, and not before', async () => {
    const publisher = await TestPublisher.live(3);
    await runDurableObjectAlarm(channelStub(publisher.channelId));
    expect((await bookOf(publisher.channelId)).batches).toEqual([]);
    await publisher.publish(3, 4);
    await untilTold(publisher.channelId, ['broadcast-started']);
  });

  it('that ended before it could be played, by what is left of it', async () => {
    const publisher = await TestPublisher.live(1);
    await publisher.returnLease();
    await untilTold(publisher.channelId, ['broadcast-started', 'broadcast-ended']);
  });

  it.each(['leased', 'described'] as const)('nothing where it was %s and that was all', async (what) => {
    const publisher = await TestPublisher.begin();
    if (what === 'described') await publisher.describe();
    await publisher.returnLease();
    const next = await TestPublisher.live(4, { channelId: publisher.channelId });
    const [started] = await untilTold(publisher.channelId, ['broadcast-started']);
    expect(started?.broadcastId).toBe(next.broadcastId);
  });

  it('of which nothing is heard any more: first that nobody sends, then that it is over', async () => {
    const publisher = await TestPublisher.live(8);
    await untilTold(publisher.channelId, ['broadcast-started']);
    await pass(publisher, 10_100);
    await pass(publisher, 60_100);
    const events = await untilTold(publisher.channelId, ['broadcast-started', 'publisher-absent', 'broadcast-ended']);
    expect(events.at(-1)).toMatchObject({ reason: 'publisher-gone' });
  });

  it('whose publisher did not come back: that it is gone, and not that it stopped', async () => {
    const publisher = await TestPublisher.live(8);
    await publisher.announce([], ABSENT);
    await publisher.returnLease();
    const events = await untilTold(publisher.channelId, ['broadcast-started', 'publisher-absent', 'broadcast-ended']);
    expect(events.at(-1)).toMatchObject({ reason: 'publisher-gone' });
  });

  it('that goes on at another node: nobody sends in between', async () => {
    const publisher = await TestPublisher.live(8);
    await publisher.post('lease', { expectsSuccessor: true }, 'DELETE');
    const successor = await TestPublisher.begin({ channelId: publisher.channelId, nodeId: 'node-b' });
    expect(successor.broadcastId).toBe(publisher.broadcastId);
    await untilTold(publisher.channelId, ['broadcast-started', 'publisher-absent']);
    await successor.announce([]);
    await untilTold(publisher.channelId, ['broadcast-started', 'publisher-absent', 'publisher-back']);
  });

  it('and of what others know of it, once they say so', async () => {
    const publisher = await TestPublisher.live(8);
    const { channelId, broadcastId } = publisher;
    await publisher.returnLease();
    const figures = { durationMs: 4_267, sizeBytes: 9_000, gapMs: 0 };
    const draft = { kind: 'recording-ready', broadcastId, atMs: Date.now(), ...figures } as const;
    await channelStub(channelId).tell(draft);
    const events = await untilTold(channelId, ['broadcast-started', 'broadcast-ended', 'recording-ready']);
    expect(events.at(-1)).toMatchObject(figures);
    const wrong = runInDurableObject(channelStub(channelId), (object) => object.tell({ ...draft, durationMs: -1 }));
    await expect(wrong).rejects.toThrow('durationMs');
    expect(await keptEvents(channelId)).toEqual([]);
  });
});

/** All media that there is; what is known of it may be announced again. */
const media = ({ broadcast }: TestPublisher) => broadcast.parts(0, 8);

/** A life with everything in it, one step after the other. Each may be done twice. */
const STEPS: readonly ((publisher: TestPublisher) => Promise<unknown>)[] = [
  (publisher) => publisher.describe(),
  (publisher) => publisher.publish(0, 4),
  (publisher) => publisher.publish(0, 8),
  (publisher) => publisher.announce(media(publisher), ABSENT),
  // Nobody is away for so short a time that nothing of it is stored yet.
  (publisher) => untilToldByAlarms(publisher.channelId, WHOLE_LIFE.slice(0, 2)),
  (publisher) => publisher.announce(media(publisher)),
  (publisher) => publisher.returnLease(),
];

async function lived(channelId: ChannelId, isResetAfter: (step: number) => boolean): Promise<void> {
  const publisher = await TestPublisher.begin({ channelId });
  for (const [index, step] of STEPS.entries()) {
    await step(publisher);
    if (!isResetAfter(index)) continue;
    // At once: what happened last may not be stored yet. The node says it again, as it does where it had no answer.
    await resetObject(channelStub(channelId));
    await step(publisher);
  }
  await untilToldByAlarms(channelId, WHOLE_LIFE);
}

describe('whenever the channel’s object is reset', () => {
  it.each(STEPS.map((_step, index) => index))('after step %i, everything is told once', async (resetAfter) => {
    await lived(freshChannelId(), (step) => step === resetAfter);
  });

  it('after each step, everything is told once', async () => {
    await lived(freshChannelId(), () => true);
  });

  it('and cannot read its broadcast any more, that is over', async () => {
    const publisher = await TestPublisher.live(8);
    const { channelId, broadcastId } = publisher;
    await untilTold(channelId, ['broadcast-started']);
    await runInDurableObject(channelStub(channelId), (_object, { storage }) =>
      storage.kv.put(`broadcast/${broadcastId}`, { nothing: 'of use' }),
    );
    await resetObject(channelStub(channelId));
    await untilToldByAlarms(channelId, ['broadcast-started', 'broadcast-ended']);
  });

  it('a publisher that was lost is told as back when it is heard, and not before', async () => {
    const publisher = await TestPublisher.live(8);
    const { channelId } = publisher;
    await publisher.announce([], ABSENT);
    await untilTold(channelId, ['broadcast-started', 'publisher-absent']);
    await resetObject(channelStub(channelId));
    await pass(publisher, 1);
    await publisher.announce([], ABSENT);
    await resetObject(channelStub(channelId));
    await publisher.announce([]);
    await untilTold(channelId, ['broadcast-started', 'publisher-absent', 'publisher-back']);
  });
});

describe('a deployment without a token for the control API', () => {
  it('keeps nothing and tells nobody, and says so once', async () => {
    const warn = vi.spyOn(console, 'warn');
    const bindings = { ...env, EDGE_TOKEN: '' };
    expect([controlEvents(bindings), controlEvents({ ...env, CONTROL_URL: '' })]).toEqual([undefined, undefined]);
    expect(warn.mock.calls.filter(([line]) => String(line).includes('EDGE_TOKEN'))).toHaveLength(1);
    const channelId = freshChannelId();
    const keys = await runInDurableObject(channelStub(channelId), async (_object, state) => {
      const object = new ChannelObject(state, bindings);
      const broadcastId = (await TestPublisher.begin({ channelId })).broadcastId;
      await object.tell({ kind: 'recording-ready', broadcastId, atMs: 1, durationMs: 1, sizeBytes: 1, gapMs: 0 });
      return [...state.storage.kv.list()].map(([key]) => key);
    });
    expect(keys.filter((key) => key.startsWith('events/'))).toEqual([]);
  });
});

import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import type { ChannelId, EdgeEvent } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ControlMood } from '../testing/control-mood.ts';
import { channelStub, freshChannelId } from '../testing/edge-client.ts';
import { resetObject } from '../testing/reset-object.ts';
import { TestPublisher } from '../testing/test-publisher.ts';
import { type Book, bookOf, keptEvents, setMood, untilAllTold, untilSent, untilTold } from '../testing/told-events.ts';
import { ANSWER_MS_MAX } from './delivery-plan.ts';
import { EVENTS_KEPT_MAX } from './event-outbox.ts';

// Only the clock is set: timers run as they do, and the object's alarm is rung by hand.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HOUR_MS = 3_600_000;
const SHORT_LIFE = ['broadcast-started', 'publisher-absent', 'publisher-back', 'broadcast-ended'] as const;

/** A broadcast that began and ended while the control API was in that mood. */
async function lived(channelId: ChannelId, mood: ControlMood): Promise<void> {
  await setMood(channelId, mood);
  const publisher = await TestPublisher.live(8, { channelId });
  await publisher.announce([], { isPublisherAbsent: true });
  await publisher.announce([]);
  await publisher.returnLease();
}

/** The next try is made, and answered. */
async function tryAgain(channelId: ChannelId, afterMs: number): Promise<Book> {
  const { batches } = await bookOf(channelId);
  vi.setSystemTime(Date.now() + afterMs);
  await runDurableObjectAlarm(channelStub(channelId));
  return untilSent(channelId, batches.length + 1);
}

/** When the alarm rings, once it is known that the last try has failed: before that it guards the answer. */
function untilRetryMs(channelId: ChannelId): Promise<number> {
  return vi.waitFor(async () => {
    const alarmMs = await runInDurableObject(channelStub(channelId), (_object, { storage }) => storage.getAlarm());
    expect(alarmMs).toBeLessThan(Date.now() + ANSWER_MS_MAX);
    return alarmMs ?? 0;
  }, 30_000);
}

function kindsOf(events: readonly EdgeEvent[]): string[] {
  return events.map(({ kind }) => kind);
}

describe('while the control API is away', () => {
  it('events wait in their order, over resets, and are all told when it is back', async () => {
    const channelId = freshChannelId();
    await lived(channelId, { status: 503 });
    await untilSent(channelId, 1);
    await resetObject(channelStub(channelId));
    for (let hour = 0; hour < 3; hour += 1) await tryAgain(channelId, HOUR_MS);
    expect(kindsOf(await keptEvents(channelId))).toEqual(SHORT_LIFE);
    expect((await bookOf(channelId)).taken).toEqual([]);
    await setMood(channelId, {});
    await tryAgain(channelId, 60_000);
    await untilTold(channelId, SHORT_LIFE);
    await untilAllTold(channelId);
  });

  it('it is asked again by the alarm, again and again', async () => {
    const channelId = freshChannelId();
    await lived(channelId, { status: 503 });
    await untilSent(channelId, 1);
    for (let count = 0; count < 3; count += 1) {
      const retryMs = await untilRetryMs(channelId);
      await tryAgain(channelId, retryMs - Date.now());
    }
  });

  it('the lease’s own deadlines are kept', async () => {
    const channelId = freshChannelId();
    await setMood(channelId, { status: 503 });
    await TestPublisher.live(8, { channelId });
    await untilSent(channelId, 1);
    for (let second = 0; second < 71; second += 1) {
      vi.setSystemTime(Date.now() + 1_000);
      await runDurableObjectAlarm(channelStub(channelId));
    }
    const kept = await vi.waitFor(async () => {
      const events = await keptEvents(channelId);
      expect(kindsOf(events)).toEqual(['broadcast-started', 'publisher-absent', 'broadcast-ended']);
      return events;
    }, 30_000);
    expect((kept[2]?.atMs ?? 0) - (kept[1]?.atMs ?? 0)).toBe(60_000);
  });

  it.each([401, 403, 404, 405, 429, 302, 500])('or says %i for an hour, nothing is lost', async (status) => {
    const channelId = freshChannelId();
    await lived(channelId, { status });
    await untilSent(channelId, 1);
    for (let minute = 0; minute < 60; minute += 20) await tryAgain(channelId, 20 * 60_000);
    await setMood(channelId, {});
    await tryAgain(channelId, 60_000);
    await untilTold(channelId, SHORT_LIFE);
  });

  it('or answers something else, nothing is lost', async () => {
    const channelId = freshChannelId();
    await lived(channelId, { isStrange: true });
    await untilSent(channelId, 1);
    expect(kindsOf(await keptEvents(channelId))).toEqual(SHORT_LIFE);
    await setMood(channelId, {});
    await tryAgain(channelId, 60_000);
    await untilTold(channelId, SHORT_LIFE);
  });
});

describe('what the control API says of a batch counts', () => {
  it('an answer that was lost: the same events are told again, as the same', async () => {
    const channelId = freshChannelId();
    await lived(channelId, { losesAnswer: true });
    await untilSent(channelId, 1);
    await setMood(channelId, {});
    await tryAgain(channelId, 60_000);
    await untilAllTold(channelId);
    const { batches, taken } = await bookOf(channelId);
    expect(kindsOf(taken)).toEqual(SHORT_LIFE);
    const [first] = taken;
    expect(batches.filter(({ body }) => body.events.some((event) => event.sequence === first?.sequence)).length).toBe(
      2,
    );
  });

  it('one that took some: the others follow at once', async () => {
    const channelId = freshChannelId();
    await lived(channelId, { status: 503 });
    await untilSent(channelId, 1);
    await setMood(channelId, { takesCount: 1 });
    await tryAgain(channelId, 60_000);
    await untilTold(channelId, SHORT_LIFE);
  });

  it('one that took more than it was told: what it was not told is told', async () => {
    const channelId = freshChannelId();
    await setMood(channelId, { saysThrough: Date.now() + HOUR_MS });
    const publisher = await TestPublisher.live(8, { channelId });
    await untilAllTold(channelId);
    await publisher.returnLease();
    await untilTold(channelId, ['broadcast-started', 'broadcast-ended']);
  });

  it('one that took none: it is asked again later, and not in a loop', async () => {
    const channelId = freshChannelId();
    await setMood(channelId, { takesCount: 0 });
    const publisher = await TestPublisher.live(8, { channelId });
    await publisher.returnLease();
    await untilSent(channelId, 1);
    await untilRetryMs(channelId);
    expect((await bookOf(channelId)).batches.length).toBeLessThanOrEqual(2);
    await setMood(channelId, {});
    await tryAgain(channelId, 1_000);
    await untilTold(channelId, ['broadcast-started', 'broadcast-ended']);
  });

  it('too much at once: less is told at once', async () => {
    const channelId = freshChannelId();
    await lived(channelId, { status: 503 });
    await untilSent(channelId, 1);
    await setMood(channelId, { countMax: 1 });
    await tryAgain(channelId, 60_000);
    await untilTold(channelId, SHORT_LIFE);
  });

  it('one event that it never takes is given up after ten minutes, and the others are told', async () => {
    const error = vi.spyOn(console, 'error');
    const channelId = freshChannelId();
    await lived(channelId, { refusesKind: 'publisher-absent' });
    await untilTold(channelId, ['broadcast-started']);
    for (let minute = 0; minute < 9; minute += 1) {
      // It counts over resets.
      if (minute === 4) await resetObject(channelStub(channelId));
      await tryAgain(channelId, 60_000);
    }
    expect(kindsOf(await keptEvents(channelId))).toEqual(SHORT_LIFE.slice(1));
    await tryAgain(channelId, 2 * 60_000);
    await untilTold(channelId, ['broadcast-started', 'publisher-back', 'broadcast-ended']);
    const lines = error.mock.calls.map(([line]) => String(line)).filter((line) => line.includes(channelId));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"kind":"publisher-absent"');
  });
});

it('events that wait are no more than a fixed number, and figures of the audience go first', async () => {
  const channelId = freshChannelId();
  await setMood(channelId, { status: 503 });
  const publisher = await TestPublisher.live(8, { channelId });
  const { broadcastId } = publisher;
  const [started] = await vi.waitFor(async () => {
    const kept = await keptEvents(channelId);
    expect(kept).toHaveLength(1);
    return kept;
  }, 30_000);
  const firstSequence = (started?.sequence ?? 0) + 1;
  await runInDurableObject(channelStub(channelId), (_object, { storage }) => {
    for (let sequence = firstSequence; sequence < firstSequence + EVENTS_KEPT_MAX - 1; sequence += 1) {
      const totals = { viewersPeak: 1, views: 1, viewerMs: 1, liveMs: 1 };
      const event = { kind: 'audience', sequence, broadcastId, atMs: 1, viewers: 1, totals };
      storage.kv.put(`events/outbox/${String(sequence).padStart(16, '0')}`, event);
    }
  });
  await resetObject(channelStub(channelId));
  await publisher.announce([], { isPublisherAbsent: true });
  await publisher.announce(publisher.broadcast.parts(0, 8));
  await publisher.returnLease();
  const kept = await keptEvents(channelId);
  expect(kept).toHaveLength(EVENTS_KEPT_MAX);
  expect(kindsOf(kept.filter(({ kind }) => kind !== 'audience'))).toEqual(SHORT_LIFE);
  expect(kept[1]?.sequence).toBe(firstSequence + 3);
  // By a hundred at a time.
  await setMood(channelId, {});
  vi.setSystemTime(Date.now() + 60_000);
  await runDurableObjectAlarm(channelStub(channelId));
  await untilAllTold(channelId);
  const { taken } = await bookOf(channelId);
  expect(taken.map(({ sequence }) => sequence)).toEqual(kept.map(({ sequence }) => sequence));
});

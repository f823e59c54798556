import { runInDurableObject } from 'cloudflare:test';
import {
  type BroadcastDescription,
  BroadcastId,
  Epoch,
  NodeId,
  type PartAnnounced,
  RENDITIONS_MAX,
  RenditionId,
} from '@sluice/contracts';
import { describe, expect, it, vi } from 'vitest';
import { RecordedTimeline, statesOf } from '../recording/recorded-timeline.ts';
import { channelStub, freshChannelId } from '../testing/edge-client.ts';
import { TestBroadcast, V720 } from '../testing/test-broadcast.ts';
import { SPRITES_MAX } from '../thumbnails/storyboards.ts';
import type { LiveWindow } from '../window/live-window.ts';
import { Broadcast } from './broadcast.ts';
import { ChannelStore } from './channel-store.ts';
import { StoreBacklog } from './store-backlog.ts';

const BROADCAST_ID = BroadcastId.parse('0mww8blwx4z6wtlh8p63');
const OTHER_ID = BroadcastId.parse('0mww8blwx4z6wtlh8p99');
const test = new TestBroadcast();

/** Runs with the storage of an object that nobody else uses. */
function inStorage<Result>(action: (storage: DurableObjectStorage) => Result): Promise<Result> {
  return runInDurableObject(channelStub(freshChannelId()), (_object, state) => action(state.storage));
}

function described(initVersion: number): BroadcastDescription {
  const renditions = test.description.renditions.map((rendition) => ({ ...rendition, initVersion }));
  return { ...test.description, renditions };
}

/** A broadcast of that many parts; every segment is written when it is whole, as the object does. */
function written(
  store: ChannelStore,
  partCount: number,
  { broadcastId = BROADCAST_ID, newInitAt = Number.POSITIVE_INFINITY } = {},
): Broadcast {
  const broadcast = new Broadcast({ broadcastId, epoch: Epoch.parse(1), dvrWindowS: 1 });
  broadcast.describe(test.description);
  const { window } = broadcast;
  if (window === undefined) throw new Error('it was described');
  store.writeBroadcast(broadcast);
  const backlog = new StoreBacklog(broadcast, false);
  for (let ordinal = 0; ordinal < partCount; ordinal += 1) {
    const initVersion = ordinal < newInitAt ? 0 : 1;
    if (ordinal === newInitAt) broadcast.describe(described(1));
    broadcast.append(
      window,
      test.parts(ordinal, ordinal + 1).map((part) => ({ ...part, initVersion })),
    );
    if (backlog.takeIsWindowUnkept()) store.writeWindow(broadcast, window);
  }
  return broadcast;
}

/**
 * As many renditions as there may be; no segment like the one before, and every other one lent; as many parts and held
 * gaps as are taken.
 */
function oddest(onSegments?: (broadcast: Broadcast, window: LiveWindow) => void): {
  broadcast: Broadcast;
  window: LiveWindow;
} {
  const [video] = test.description.renditions;
  if (video === undefined) throw new Error('there is a video');
  const ids = Array.from({ length: RENDITIONS_MAX }, (_, index) => RenditionId.parse(`v${100 + index}`));
  const renditions = ids.map((id) => ({ ...video, id }));
  const isRecorded = onSegments !== undefined;
  const broadcast = new Broadcast({ broadcastId: BROADCAST_ID, epoch: Epoch.parse(1), dvrWindowS: 43_200, isRecorded });
  broadcast.describe({ ...test.description, renditions });
  const { window } = broadcast;
  if (window === undefined) throw new Error('it was described');
  const [first] = window.renditions.values();
  if (first === undefined) throw new Error('it was described');
  const take = (changes: Partial<PartAnnounced>): void => {
    const part = { ...test.part(0, V720), ...first.next, startTicks: first.nextTicks, ...changes };
    const isLent = part.msn % 2 === 1;
    window.append(
      ids.map((renditionId) => {
        const lentBy = isLent && renditionId !== ids[0] ? ids[0] : undefined;
        return { ...part, renditionId, lentBy };
      }),
    );
  };
  // Segments of 0.4 s, in parts of 25 ms, each of another length.
  for (let count = 0; count < 400; count += 1) {
    for (let index = 0; index < 16; index += 1) {
      const durationTicks = 750 + ((index * 7 + count) % 11);
      const isGap = (index + count) % 2 === 0;
      take({ durationTicks, isGap, sizeBytes: isGap ? 0 : 60_000_000 + index, isLastOfSegment: index === 15 });
    }
    if (count % 8 === 7) onSegments?.(broadcast, window);
  }
  broadcast.describe({ ...test.description, renditions: renditions.map((each) => ({ ...each, initVersion: 1 })) });
  for (let count = 0; count < 256; count += 1) take({ durationTicks: 750, isGap: true, isLastOfSegment: true });
  return { broadcast, window };
}

describe('the rows of a channel', () => {
  it('give the lease back', async () => {
    const lease = {
      state: 'held',
      epoch: Epoch.parse(7),
      broadcastId: BROADCAST_ID,
      nodeId: NodeId.parse('node-a'),
      heardAtMs: 5,
      isBackup: true,
      isPublisherAbsent: true,
      takeovers: { lastMs: 4, restMs: 20_000 },
      takenFrom: Epoch.parse(6),
    } as const;
    await inStorage((storage) => {
      const store = new ChannelStore(storage);
      expect(store.readLease()).toBeUndefined();
      store.writeLease(lease);
      expect(new ChannelStore(storage).readLease()).toEqual(lease);
    });
  });

  it('give back what is known of them when a newer version wrote more', async () => {
    await inStorage((storage) => {
      const store = new ChannelStore(storage);
      written(store, 8);
      for (const [key, value] of [...storage.kv.list()]) storage.kv.put(key, { ...Object(value), more: 1 });
      const lease = { state: 'free', epoch: 7, broadcastId: BROADCAST_ID, nodeId: 'node-a', heardAtMs: 5, more: 1 };
      storage.kv.put('lease', lease);
      expect(store.readLease()).toMatchObject({ state: 'free', epoch: 7 });
      expect(store.readBroadcasts()[0]?.states.get(V720)?.recent).toHaveLength(2);
    });
  });

  it('give each rendition’s window back as it was after the last whole segment', async () => {
    await inStorage((storage) => {
      const store = new ChannelStore(storage);
      const before = written(store, 4 * 30);
      const states = [...(before.window?.renditions ?? [])].map(([id, own]) => [id, own.state()] as const);
      written(store, 4 * 30 + 2);
      const [kept] = store.readBroadcasts();
      expect(kept).toMatchObject({ broadcastId: BROADCAST_ID, epoch: 1, description: test.description });
      expect(kept?.states).toEqual(new Map(states));
    });
  });

  it('give gaps back that were held when they were written, date ranges and what images there are', async () => {
    await inStorage((storage) => {
      const store = new ChannelStore(storage);
      const broadcast = written(store, 4 * 3 + 1);
      const { window } = broadcast;
      if (window === undefined) throw new Error('it was described');
      broadcast.describe(described(16));
      const gap = { isGap: true, sizeBytes: 0 };
      broadcast.append(
        window,
        [test.part(13, V720, gap), test.part(14, V720, gap)],
        [{ class: 'slate', startMs: 7_000 }],
      );
      broadcast.takeThumbnails({
        newestSlot: 50,
        sprites: [{ firstSlot: 0, tileCount: 25, tileWidthPx: 160, tileHeightPx: 90 }],
      });
      store.writeWindow(broadcast, window);
      const [kept] = store.readBroadcasts();
      const after = kept && Broadcast.restore(kept);
      expect(after?.thumbnails).toEqual(broadcast.thumbnails);
      expect(after?.thumbnails.newestSlot).toBe(50);
      expect(after?.window?.next()[V720]).toEqual({ msn: 4, partIndex: 3 });
      expect(after?.rendition(V720)?.hinted).toEqual({ msn: 4, partIndex: 1 });
      expect(after?.window?.dateRanges.tags()).toEqual(window.dateRanges.tags());
      expect(window.dateRanges.tags()).toHaveLength(1);
    });
  });

  it.each([
    ['in the window', 4 * 10, 0],
    ['before it', 4 * 4, 1],
  ])('give the discontinuity numbers back, of a discontinuity %s', async (_where, newInitAt, discontinuitySequence) => {
    await inStorage((storage) => {
      const store = new ChannelStore(storage);
      written(store, 4 * 12, { newInitAt });
      const state = store.readBroadcasts()[0]?.states.get(V720);
      expect(state?.discontinuitySequence).toBe(discontinuitySequence);
      expect(state?.recent.some(({ isDiscontinuity }) => isDiscontinuity)).toBe(discontinuitySequence === 0);
    });
  });

  it('are two of a broadcast, however long it lasts, and a segment is one write', async () => {
    await inStorage((storage) => {
      const puts = vi.spyOn(storage.kv, 'put');
      const store = new ChannelStore(storage);
      written(store, 4 * 60);
      // One of the broadcast's own.
      expect(puts).toHaveBeenCalledTimes(60 + 1);
      expect([...storage.kv.list()].map(([key]) => key)).toEqual([
        `broadcast/${BROADCAST_ID}`,
        `window/${BROADCAST_ID}`,
      ]);
    });
  });

  it('of the oddest broadcast there can be have room in a row', async () => {
    await inStorage((storage) => {
      const store = new ChannelStore(storage);
      const { broadcast, window } = oddest();
      const [own] = window.renditions.values();
      expect([own?.archive.isTooMuch, own?.recent.length, own?.heldCount]).toEqual([false, 30, 256]);
      expect(own?.firstMsn).toBeGreaterThan(1);
      // None goes on where the one before ends.
      for (let index = 0; index < SPRITES_MAX; index += 1) {
        const sprite = {
          firstSlot: index * 1_000,
          tileCount: (index % 25) + 1,
          tileWidthPx: 1_000,
          tileHeightPx: 1_000,
        };
        broadcast.takeThumbnails({ sprites: [sprite] });
      }
      expect(broadcast.thumbnails.storyboards.runs).toHaveLength(SPRITES_MAX);
      store.writeBroadcast(broadcast);
      store.writeWindow(broadcast, window);
      const [kept] = store.readBroadcasts();
      const states = [...window.renditions].map(([id, own]) => [id, own.state()] as const);
      expect(kept?.states).toEqual(new Map(states));
    });
  });

  it('of the oddest broadcast that is recorded have room in rows, of which most are written once', async () => {
    await inStorage((storage) => {
      const store = new ChannelStore(storage);
      const { broadcast, window } = oddest((now, its) => store.writeWindow(now, its));
      store.writeBroadcast(broadcast);
      store.writeWindow(broadcast, window);
      const chunks = [...storage.kv.list({ prefix: 'timeline/' })];
      expect([chunks.length > 10, chunks.length <= 32]).toEqual([true, true]);
      const [kept] = store.readBroadcasts();
      const timeline = new RecordedTimeline(window.description, kept?.timeline);
      expect(statesOf(timeline.archives)).toEqual(statesOf(broadcast.timeline?.archives ?? new Map()));
      store.recordings.forget(BROADCAST_ID);
      expect([...storage.kv.list({ prefix: 'timeline/' })]).toEqual([]);
    });
  });

  it('of one broadcast go without those of another', async () => {
    await inStorage((storage) => {
      const store = new ChannelStore(storage);
      written(store, 8);
      written(store, 8, { broadcastId: OTHER_ID });
      store.forgetBroadcast(BROADCAST_ID);
      expect(store.readBroadcasts().map(({ broadcastId }) => broadcastId)).toEqual([OTHER_ID]);
      expect([...storage.kv.list()].every(([key]) => key.includes(OTHER_ID))).toBe(true);
    });
  });

  it.each(['broadcast', 'window'])('that cannot be read cost their broadcast, not the channel: %s', async (row) => {
    await inStorage((storage) => {
      const store = new ChannelStore(storage);
      written(store, 4 * 5);
      written(store, 4, { broadcastId: OTHER_ID });
      storage.kv.put(`${row}/${OTHER_ID}`, { states: { [V720]: {} } });
      expect(store.readBroadcasts().map(({ broadcastId }) => broadcastId)).toEqual([BROADCAST_ID]);
    });
  });
});

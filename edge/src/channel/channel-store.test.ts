import { runInDurableObject } from 'cloudflare:test';
import { type BroadcastDescription, BroadcastId, Epoch, NodeId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { channelStub, freshChannelId } from '../testing/edge-client.ts';
import { TestBroadcast, V720 } from '../testing/test-broadcast.ts';
import { Broadcast } from './broadcast.ts';
import { ChannelStore } from './channel-store.ts';

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
  for (let ordinal = 0; ordinal < partCount; ordinal += 1) {
    const initVersion = ordinal < newInitAt ? 0 : 1;
    if (ordinal === newInitAt) broadcast.describe(described(1));
    broadcast.append(
      window,
      test.parts(ordinal, ordinal + 1).map((part) => ({ ...part, initVersion })),
    );
    for (const msn of broadcast.takeKeepable()) store.writeSegment(broadcastId, window, msn);
  }
  return broadcast;
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
      expect(store.readBroadcasts()[0]?.states.get(V720)?.segments).toHaveLength(2);
    });
  });

  it('give each rendition’s window back as it was after the last whole segment', async () => {
    await inStorage((storage) => {
      const store = new ChannelStore(storage);
      const before = written(store, 4 * 30 + 2);
      const [kept] = store.readBroadcasts();
      expect(kept).toMatchObject({ broadcastId: BROADCAST_ID, epoch: 1, description: test.description });
      const own = before.rendition(V720);
      const wholeSegments = own?.segments.filter(({ isComplete }) => isComplete);
      expect(kept?.states.get(V720)).toEqual({ ...own?.state(), segments: wholeSegments });
      expect(kept?.states.size).toBe(3);
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
      expect(state?.segments.some(({ isDiscontinuity }) => isDiscontinuity)).toBe(discontinuitySequence === 0);
    });
  });

  it('are no more than the window has segments, and some spare ones, however long it lasts', async () => {
    await inStorage((storage) => {
      const rowsAfter = (partCount: number) => {
        written(new ChannelStore(storage), partCount);
        return [...storage.kv.list({ prefix: 'segment/' })].length;
      };
      // A window of 12 s has six segments of 2.13 s.
      expect([rowsAfter(4 * 10), rowsAfter(4 * 60)]).toEqual([10, 22]);
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

  it('that cannot be read cost their segment or broadcast, not the channel', async () => {
    await inStorage((storage) => {
      const store = new ChannelStore(storage);
      written(store, 4 * 5);
      written(store, 4, { broadcastId: OTHER_ID });
      storage.kv.put(`segment/${BROADCAST_ID}/3`, { msn: 'three' });
      storage.kv.put(`broadcast/${OTHER_ID}`, { broadcastId: OTHER_ID });
      const [kept, ...others] = store.readBroadcasts();
      expect(others).toEqual([]);
      // Only what follows on each other can be listed: segments 4 and 5.
      expect(kept?.states.get(V720)?.segments.map(({ msn }) => msn)).toEqual([4, 5]);
    });
  });
});

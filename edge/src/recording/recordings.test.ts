import { runInDurableObject } from 'cloudflare:test';
import { BroadcastId, recordingKey } from '@sluice/contracts';
import { describe, expect, inject, it } from 'vitest';
import type { HandedInDraft } from '../events/event-draft.ts';
import type { WritableStore } from '../media/media-store.ts';
import { S3Store } from '../media/s3-store.ts';
import { channelStub, freshChannelId } from '../testing/edge-client.ts';
import { recordedObject } from '../testing/recorded-object.ts';
import { r2Bucket } from '../testing/test-buckets.ts';
import { TestRecording } from '../testing/test-recording.ts';
import type { RecordingDraft } from './recording-draft.ts';
import { RecordingStore } from './recording-store.ts';
import { Recordings } from './recordings.ts';

const NOW_MS = 1_000_000;

/** A bucket that takes nothing: its keys are wrong. */
function closedBucket(): WritableStore {
  return new S3Store({ ...inject('s3'), region: 'auto', secretAccessKey: 'not-the-secret' });
}

function draft(broadcastId: BroadcastId): RecordingDraft {
  const test = new TestRecording();
  test.goOn(0, 12);
  const made = test.draft();
  return { ...made, broadcastId, timeline: { ...made.timeline, doubts: [] }, endedAtMs: NOW_MS };
}

interface Stage {
  readonly store: RecordingStore;
  readonly told: HandedInDraft[];
  bucket: WritableStore;
  recordings(): Recordings;
}

/** The recordings of an object that nobody else uses. */
function onStage<Result>(act: (stage: Stage) => Promise<Result>): Promise<Result> {
  const channelId = freshChannelId();
  return runInDurableObject(channelStub(channelId), (_object, state) => {
    const stage: Stage = {
      store: new RecordingStore(state.storage),
      told: [],
      bucket: r2Bucket().store,
      recordings: () =>
        new Recordings({
          channelId,
          store: stage.store,
          bucket: () => stage.bucket,
          tellControl: (event) => void stage.told.push(event),
        }),
    };
    return act(stage);
  });
}

function freshBroadcastId(): BroadcastId {
  return BroadcastId.parse(`0mww8blwxo${crypto.randomUUID().replaceAll('-', '').slice(0, 10)}`);
}

describe('the recordings that are to be finished', () => {
  it('wait until the bucket can be written, longer each time, and are told of once it has them', async () => {
    await onStage(async (stage) => {
      const id = freshBroadcastId();
      stage.bucket = closedBucket();
      const recordings = stage.recordings();
      recordings.begin(draft(id));
      expect(recordings.nextAtMs).toBe(NOW_MS + 1_500);
      const waits: number[] = [];
      let nowMs = NOW_MS + 1_500;
      for (let tries = 0; tries < 12; tries += 1) {
        await recordings.work(nowMs);
        waits.push((recordings.nextAtMs ?? 0) - nowMs);
        nowMs = recordings.nextAtMs ?? 0;
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map((seconds) => seconds * 1_000));
      expect([stage.told, stage.store.draftIds()]).toEqual([[], [id]]);
      stage.bucket = r2Bucket().store;
      await recordings.work(nowMs);
      expect(stage.told).toMatchObject([{ kind: 'recording-ready', broadcastId: id, durationMs: 6_400, gapMs: 0 }]);
      expect([recordings.nextAtMs, stage.store.draftIds()]).toEqual([undefined, []]);
      expect(await recordedObject(recordingKey(id))).toMatchObject({ broadcastId: id });
    });
  });

  it('are done in their time, and not before', async () => {
    await onStage(async (stage) => {
      const recordings = stage.recordings();
      recordings.begin(draft(freshBroadcastId()));
      await recordings.work(NOW_MS + 1_499);
      expect(stage.told).toEqual([]);
    });
  });

  it('are there after a restart, and one that fails does not keep up another', async () => {
    await onStage(async (stage) => {
      const [first, second] = [freshBroadcastId(), freshBroadcastId()];
      stage.bucket = closedBucket();
      const before = stage.recordings();
      before.begin(draft(first));
      before.begin(draft(second));
      await before.work(NOW_MS + 2_000);
      const after = stage.recordings();
      expect([...after.pendingIds].sort()).toEqual([first, second].sort());
      expect(after.pending(first)?.recording.renditions.size).toBe(3);
      await after.work(NOW_MS);
      stage.bucket = r2Bucket().store;
      await after.work(NOW_MS);
      expect(stage.told.length).toBe(1);
      await after.work(NOW_MS + 1_000);
      expect(stage.told.length).toBe(2);
      expect(after.pending(first)).toBeUndefined();
    });
  });

  it('are no more than 64: the oldest is given up', async () => {
    await onStage(async (stage) => {
      const recordings = stage.recordings();
      const made = draft(freshBroadcastId());
      const ids = Array.from({ length: 65 }, (_, index) =>
        BroadcastId.parse(`0mww8blwxo${String(index).padStart(10, '0')}`),
      );
      for (const broadcastId of ids) recordings.begin({ ...made, broadcastId });
      expect(recordings.pendingIds).toEqual(ids.slice(1));
      expect(stage.store.draftIds()).toEqual(ids.slice(1));
    });
  });
});

import { type BroadcastId, RenditionId } from '@sluice/contracts';
import { log } from '../log.ts';
import type { RecordedTimeline } from '../recording/recorded-timeline.ts';
import { TIMELINE_CHUNKS_MAX } from '../recording/recorded-timeline.ts';
import { RecordingStore } from '../recording/recording-store.ts';
import type { LiveWindow } from '../window/live-window.ts';
import type { Broadcast, KeptBroadcast } from './broadcast.ts';
import { BroadcastRecord, LeaseRecord, WindowRecord } from './kept-records.ts';
import type { Lease } from './lease.ts';

const LEASE_KEY = 'lease';
const BROADCAST_PREFIX = 'broadcast/';
const WINDOW_PREFIX = 'window/';

/**
 * The channel's rows in the object's SQLite database: its lease, and two of each broadcast. Its window is one row, so
 * that a segment costs one row written, and a restart reads one however long the window is. A channel that nobody ever
 * published to has no rows at all.
 */
export class ChannelStore {
  /** Chunks of timelines, and what has become of broadcasts that have ended. */
  readonly recordings: RecordingStore;
  readonly #kv: SyncKvStorage;

  constructor(storage: DurableObjectStorage) {
    this.#kv = storage.kv;
    this.recordings = new RecordingStore(storage);
  }

  readLease(): Lease | undefined {
    const record = this.#kv.get(LEASE_KEY);
    return record === undefined ? undefined : LeaseRecord.parse(record);
  }

  writeLease(lease: Lease): void {
    this.#kv.put(LEASE_KEY, lease);
  }

  forgetLease(): void {
    this.#kv.delete(LEASE_KEY);
  }

  readBroadcasts(): KeptBroadcast[] {
    return [...this.#kv.list({ prefix: BROADCAST_PREFIX })].flatMap(([key, value]) => {
      const record = BroadcastRecord.safeParse(value);
      const window = record.success ? this.#readWindow(record.data.broadcastId) : undefined;
      // A broadcast that began anew at its first segment would take nothing of what its node goes on to announce.
      if (!record.success || window === undefined) {
        log('error', 'a kept broadcast cannot be read', { key });
        return [];
      }
      const { description, endedAtMs, ...rest } = record.data;
      const states = Object.entries(window.states).map(([id, state]) => [RenditionId.parse(id), state] as const);
      const timeline = window.timeline && {
        state: window.timeline,
        chunks: endedAtMs === undefined ? this.recordings.readChunks(rest.broadcastId, window.timeline.chunks) : [],
      };
      const { dateRanges, thumbnails } = window;
      return { ...rest, description, endedAtMs, states: new Map(states), dateRanges, thumbnails, timeline };
    });
  }

  writeBroadcast(broadcast: Broadcast): void {
    const { broadcastId, epoch, dvrWindowS, delivery, isRecorded, window, endedAtMs } = broadcast;
    const record: BroadcastRecord = {
      broadcastId,
      epoch,
      dvrWindowS,
      delivery,
      ...(isRecorded && { isRecorded }),
      ...(window && { description: window.description }),
      ...(window?.cut && { cut: window.cut }),
      ...(endedAtMs !== undefined && { endedAtMs }),
    };
    this.#kv.put(BROADCAST_PREFIX + broadcastId, record);
  }

  /** What is too much of a recorded broadcast's timeline for the row goes into rows of its own. */
  writeWindow(broadcast: Pick<Broadcast, 'broadcastId' | 'thumbnails' | 'timeline'>, window: LiveWindow): void {
    const { broadcastId, thumbnails, timeline } = broadcast;
    const states = [...window.renditions].map(([renditionId, rendition]) => [renditionId, rendition.state()] as const);
    if (timeline !== undefined) this.#writeChunk(broadcastId, timeline);
    const record: WindowRecord = {
      states: Object.fromEntries(states),
      dateRanges: window.dateRanges.state(),
      thumbnails,
      ...(timeline && { timeline: timeline.state() }),
    };
    this.#kv.put(WINDOW_PREFIX + broadcastId, record);
  }

  #writeChunk(broadcastId: BroadcastId, timeline: RecordedTimeline): void {
    const chunk = timeline.takeChunk();
    if (chunk === undefined) return;
    this.recordings.writeChunk(broadcastId, chunk);
    if (chunk.number >= TIMELINE_CHUNKS_MAX) this.recordings.dropChunk(broadcastId, chunk.number - TIMELINE_CHUNKS_MAX);
  }

  forgetBroadcast(broadcastId: BroadcastId): void {
    this.#kv.delete(BROADCAST_PREFIX + broadcastId);
    this.#kv.delete(WINDOW_PREFIX + broadcastId);
  }

  /** Empty when nothing of it was whole yet; `undefined` when it cannot be read. */
  #readWindow(broadcastId: BroadcastId): WindowRecord | undefined {
    const value = this.#kv.get(WINDOW_PREFIX + broadcastId);
    return WindowRecord.safeParse(value ?? { states: {} }).data;
  }
}

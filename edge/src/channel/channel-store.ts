import { type BroadcastId, RenditionId } from '@sluice/contracts';
import { log } from '../log.ts';
import { NOTHING_MEASURED } from '../window/bitrate-meter.ts';
import type { LiveWindow } from '../window/live-window.ts';
import type { RenditionWindow, RenditionWindowState } from '../window/rendition-window.ts';
import type { Broadcast, KeptBroadcast } from './broadcast.ts';
import { BroadcastRecord, LeaseRecord, SegmentRecord } from './kept-records.ts';
import type { Lease } from './lease.ts';

const LEASE_KEY = 'lease';
const BROADCAST_PREFIX = 'broadcast/';
const SEGMENT_PREFIX = 'segment/';
/** Slots beyond the window's nominal number of segments, for segments that were cut short. */
const SPARE_SLOTS = 16;

/**
 * The channel's rows in the object's SQLite database. A segment is one row for all renditions, in a ring of slots, so
 * a segment costs one row written and none deleted. A channel that nobody ever published to has no rows at all.
 */
export class ChannelStore {
  readonly #kv: SyncKvStorage;

  constructor(storage: DurableObjectStorage) {
    this.#kv = storage.kv;
  }

  readLease(): Lease | undefined {
    const record = this.#kv.get(LEASE_KEY);
    return record === undefined ? undefined : LeaseRecord.parse(record);
  }

  writeLease(lease: Lease): void {
    this.#kv.put(LEASE_KEY, lease);
  }

  readBroadcasts(): KeptBroadcast[] {
    return [...this.#kv.list({ prefix: BROADCAST_PREFIX })].flatMap(([key, value]) => {
      const record = BroadcastRecord.safeParse(value);
      if (!record.success) {
        log('error', 'a kept broadcast cannot be read', { key });
        return [];
      }
      const { description, endedAtMs, ...rest } = record.data;
      return { ...rest, description, endedAtMs, states: this.#readStates(rest.broadcastId) };
    });
  }

  writeBroadcast(broadcast: Broadcast): void {
    const { broadcastId, epoch, dvrWindowS, window, endedAtMs } = broadcast;
    const record: BroadcastRecord = {
      broadcastId,
      epoch,
      dvrWindowS,
      ...(window && { description: window.description }),
      ...(window?.cut && { cut: window.cut }),
      ...(endedAtMs !== undefined && { endedAtMs }),
    };
    this.#kv.put(BROADCAST_PREFIX + broadcastId, record);
  }

  writeSegment(broadcastId: BroadcastId, window: LiveWindow, msn: number): void {
    const record: SegmentRecord = { msn, renditions: {} };
    for (const [renditionId, rendition] of window.renditions) {
      const segment = rendition.segment(msn);
      const [first] = rendition.segments;
      if (segment?.isComplete !== true || first === undefined) continue;
      record.renditions[renditionId] = {
        segment: { ...segment, isComplete: true, parts: [...segment.parts] },
        firstMsn: first.msn,
        discontinuitySequence: discontinuitySequenceAt(rendition, msn),
        measure: rendition.bitrate.measure,
      };
    }
    this.#kv.put(`${segmentPrefix(broadcastId)}${msn % slotCount(window)}`, record);
  }

  forgetBroadcast(broadcastId: BroadcastId): void {
    this.#kv.delete(BROADCAST_PREFIX + broadcastId);
    const keys = [...this.#kv.list({ prefix: segmentPrefix(broadcastId) })].map(([key]) => key);
    for (const key of keys) this.#kv.delete(key);
  }

  #readStates(broadcastId: BroadcastId): Map<RenditionId, RenditionWindowState> {
    const records = [...this.#kv.list({ prefix: segmentPrefix(broadcastId) })].flatMap(([key, value]) => {
      const record = SegmentRecord.safeParse(value);
      if (!record.success) log('error', 'a kept segment cannot be read', { key });
      return record.success ? record.data : [];
    });
    const bySegment = records.sort((a, b) => a.msn - b.msn);
    const ids = new Set(
      bySegment.flatMap(({ renditions }) => Object.keys(renditions).map((id) => RenditionId.parse(id))),
    );
    return new Map([...ids].map((id) => [id, stateOf(bySegment.flatMap(({ renditions }) => renditions[id] ?? []))]));
  }
}

type KeptSegment = SegmentRecord['renditions'][RenditionId];

/** The window that was: the newest kept segments that follow on each other, without those that had already left it. */
function stateOf(kept: readonly KeptSegment[]): RenditionWindowState {
  const last = kept.at(-1);
  const lastBreak = kept.findLastIndex(
    ({ segment }, index) => kept[index + 1]?.segment.msn !== segment.msn + 1 && index < kept.length - 1,
  );
  const inWindow = kept.slice(lastBreak + 1).filter(({ segment }) => segment.msn >= (last?.firstMsn ?? 0));
  return {
    segments: inWindow.map(({ segment }) => segment),
    discontinuitySequence: inWindow[0]?.discontinuitySequence ?? 0,
    measure: last?.measure ?? NOTHING_MEASURED,
  };
}

function segmentPrefix(broadcastId: BroadcastId): string {
  return `${SEGMENT_PREFIX}${broadcastId}/`;
}

/** rfc8216bis §4.4.3.3, were this segment the first of the playlist. */
function discontinuitySequenceAt(rendition: RenditionWindow, msn: number): number {
  const before = rendition.segments.filter((segment) => segment.msn < msn && segment.isDiscontinuity);
  return rendition.discontinuitySequence + before.length;
}

function slotCount({ windowS, timing }: LiveWindow): number {
  const { framesPerSegment, frameRate } = timing.grid;
  return Math.ceil((windowS * frameRate.num) / (framesPerSegment * frameRate.den)) + SPARE_SLOTS;
}

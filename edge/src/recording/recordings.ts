import { BroadcastId, type ChannelId } from '@sluice/contracts';
import { log } from '../log.ts';
import type { WritableStore } from '../media/media-store.ts';
import { finishRecording } from './finish-recording.ts';
import type { Recording } from './recording.ts';
import { draftedRecording, type RecordingDraft } from './recording-draft.ts';
import type { RecordingStore } from './recording-store.ts';
import type { TellControl } from './tell-control.ts';

/** Objects of the last segments may be on their way for so long, even of a node that has said that it is done. */
const SETTLE_MS = 1_500;
/** After a failure; after each further one twice as much, up to the most. */
const PAUSE_MS = { first: 1_000, most: 5 * 60_000 } as const;
/** A step takes no longer, but for the manifest and the segment that it is at. */
const STEP_MS_MAX = 3_000;
/**
 * That wait for the bucket. While it cannot be written nobody can publish anything that is worth a recording, so there are
 * few; beyond it the oldest is given up.
 */
const PENDING_MAX = 64;

interface Pending {
  readonly dueAtMs: number;
  readonly failures: number;
}

export interface RecordingsOptions {
  readonly channelId: ChannelId;
  readonly store: RecordingStore;
  /** Of the deployment. Asked for when it is needed: that it is not set as it should be must not keep anybody out. */
  bucket(): WritableStore;
  readonly tellControl: TellControl;
}

/** What is known of a recording that is not finished. */
export interface PendingRecording {
  readonly recording: Recording;
  readonly storyboards: RecordingDraft['storyboards'];
}

/**
 * The recordings of a channel that are to be finished: their broadcasts have ended, and the bucket has not confirmed their
 * manifests. They survive restarts; none is let go of before.
 */
export class Recordings {
  readonly #options: RecordingsOptions;
  /** From the oldest to the newest. */
  readonly #pending: Map<string, Pending>;

  constructor(options: RecordingsOptions) {
    this.#options = options;
    this.#pending = new Map(options.store.draftIds().map((id) => [id, { dueAtMs: 0, failures: 0 }]));
  }

  /** When there is something to do next; `undefined`: nothing is pending. */
  get nextAtMs(): number | undefined {
    const times = [...this.#pending.values()].map(({ dueAtMs }) => dueAtMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** A recorded broadcast has ended. Stored at once. */
  begin(draft: RecordingDraft): void {
    this.#options.store.writeDraft(draft);
    this.#pending.set(draft.broadcastId, { dueAtMs: draft.endedAtMs + SETTLE_MS, failures: 0 });
    for (const id of this.#pending.keys()) {
      if (this.#pending.size <= PENDING_MAX) break;
      log('error', 'a recording is given up: too many wait for the bucket', { broadcastId: id });
      this.#drop(id);
    }
  }

  /** What is known of one that is not finished; `undefined`: it is, or there is none. */
  pending(broadcastId: string): PendingRecording | undefined {
    const draft = this.#pending.has(broadcastId) ? this.#options.store.readDraft(broadcastId) : undefined;
    return draft && { recording: this.#recordingOf(draft), storyboards: draft.storyboards };
  }

  /** All that are not finished. */
  get pendingIds(): string[] {
    return [...this.#pending.keys()];
  }

  /** None of them is to be: their channel is gone. */
  forgetAll(): void {
    for (const broadcastId of [...this.#pending.keys()]) this.#drop(broadcastId);
  }

  /** One step of what is due. Never rejects. */
  async work(nowMs: number): Promise<void> {
    const due = [...this.#pending].find(([, { dueAtMs }]) => dueAtMs <= nowMs);
    if (due === undefined) return;
    const [broadcastId, { failures }] = due;
    const draft = this.#options.store.readDraft(broadcastId);
    if (draft === undefined) return this.#drop(broadcastId);
    try {
      await this.#step(draft, nowMs);
    } catch (error) {
      const pauseMs = Math.min(PAUSE_MS.most, PAUSE_MS.first * 2 ** failures);
      log('warn', 'a recording could not be finished yet', { broadcastId, reason: String(error), pauseMs });
      this.#pending.set(broadcastId, { dueAtMs: nowMs + pauseMs, failures: failures + 1 });
    }
  }

  async #step(draft: RecordingDraft, nowMs: number): Promise<void> {
    const { store, channelId, bucket, tellControl } = this.#options;
    const { broadcastId } = draft;
    const finished = await finishRecording(draft, {
      store: bucket(),
      channelId,
      chunks: store.readChunks(broadcastId, draft.timeline.chunks),
      untilMs: Date.now() + STEP_MS_MAX,
      onProgress: (now) => store.writeDraft(now),
    });
    if (finished.kind === 'more') {
      this.#pending.set(broadcastId, { dueAtMs: nowMs, failures: 0 });
      return;
    }
    // It was dropped meanwhile: nobody is to hear of it.
    if (!this.#pending.has(broadcastId)) return;
    const { totals } = finished;
    // Both in one write: it is told once the bucket has it, and not forgotten before it is told.
    tellControl({ kind: 'recording-ready', broadcastId: BroadcastId.parse(broadcastId), atMs: Date.now(), ...totals });
    this.#drop(broadcastId);
    log('info', 'a recording is ready', { broadcastId, ...totals });
  }

  #recordingOf(draft: RecordingDraft): Recording {
    const { store, channelId } = this.#options;
    return draftedRecording(draft, store.readChunks(draft.broadcastId, draft.timeline.chunks), channelId);
  }

  #drop(broadcastId: string): void {
    this.#pending.delete(broadcastId);
    this.#options.store.forget(broadcastId);
  }
}

import { BroadcastId } from '@sluice/contracts';
import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { Broadcasts } from '../broadcasts/broadcasts.ts';
import type { Channels } from '../channels/channels.ts';
import type { EventConsequence } from '../edge-events/edge-event-intake.ts';
import type { JobOutcome } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { Deletions } from './deletions.ts';

/** After the window that viewers can seek in: players have what they listed, and clips of the last minutes are made. */
const AFTERWARDS_MS = 10 * 60_000;
/** A channel that is gone by then has no window. */
const DVR_WINDOW_S_DEFAULT = 300;
/** A time that was changed, to be earlier, is seen at once; one that nobody told of, by then. */
const LOOK_AGAIN_MS = 24 * 3_600_000;

export interface RetentionParts {
  readonly queue: JobQueue;
  readonly channels: Channels;
  readonly broadcasts: Broadcasts;
  readonly deletions: Deletions;
  readonly nowMs: () => number;
}

/** How long the media of a broadcast stays: a recording until its time is over, everything else until nobody can see it. */
export class Retention {
  readonly #parts: RetentionParts;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** What follows from a broadcast's end, and from its recording. */
  readonly follow: EventConsequence = async (event, broadcast, channel) => {
    if (event.kind !== 'broadcast-ended' && event.kind !== 'recording-ready') return;
    await this.look(broadcast, event.atMs + channel.dvrWindowS * 1_000 + AFTERWARDS_MS);
  };

  /** Looks at a broadcast then. */
  async look({ broadcastId }: Pick<Broadcast, 'broadcastId'>, atMs: number): Promise<void> {
    await this.#parts.queue.add({ kind: 'retention', name: broadcastId, dueAtMs: atMs });
  }

  /** The job. */
  async run(name: string): Promise<JobOutcome> {
    const { broadcasts, deletions, nowMs } = this.#parts;
    const broadcast = (await broadcasts.find(BroadcastId.parse(name)))?.value;
    if (broadcast === undefined || broadcast.isBeingDeleted || broadcast.endedAtMs === null) return { kind: 'done' };
    const { recording, broadcastId, isRecorded } = broadcast;
    const unseenAtMs = broadcast.endedAtMs + (await this.#dvrWindowMs(broadcast)) + AFTERWARDS_MS;
    if (unseenAtMs > nowMs()) return { kind: 'again', atMs: unseenAtMs };
    if (recording === null) {
      // A recording that is to be: it is not ready yet, and says so when it is.
      if (!isRecorded) await deletions.begin({ kind: 'media', broadcastId }, broadcast);
      return { kind: 'done' };
    }
    if (recording.expiresAtMs !== null && recording.expiresAtMs <= nowMs()) {
      await deletions.begin({ kind: 'recording', broadcastId }, broadcast);
      return { kind: 'done' };
    }
    await deletions.begin({ kind: 'parts', broadcastId }, broadcast);
    if (recording.expiresAtMs === null) return { kind: 'done' };
    return { kind: 'again', atMs: Math.min(recording.expiresAtMs, nowMs() + LOOK_AGAIN_MS) };
  }

  async #dvrWindowMs({ channelId }: Broadcast): Promise<number> {
    const channel = await this.#parts.channels.get(channelId);
    return (channel?.value.dvrWindowS ?? DVR_WINDOW_S_DEFAULT) * 1_000;
  }
}

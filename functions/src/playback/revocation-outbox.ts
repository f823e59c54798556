import { ChannelId, type PlaybackRevocation } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { JobOutcome } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { EdgeCaller } from './edge-caller.ts';
import type { PlaybackStore } from './playback-store.ts';

/** The edge is asked again so often, until it has heard. */
const RETRY_MS = 5_000;

/** `kept`: the edge did not say yes, and will be told again. `full`: the channel has too many. */
export type Revoked = 'told' | 'kept' | 'full';

export interface RevocationOutboxParts {
  readonly store: PlaybackStore;
  readonly edge: Pick<EdgeCaller, 'tellRevocations'>;
  readonly queue: JobQueue;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** Revocations on their way to the edge. A job sees to it that each arrives, whatever becomes of this process. */
export class RevocationOutbox {
  readonly #parts: RevocationOutboxParts;

  constructor(parts: RevocationOutboxParts) {
    this.#parts = parts;
  }

  /** Kept when it resolves, and told where the edge listens. */
  async revoke(channelId: ChannelId, revocation: PlaybackRevocation): Promise<Revoked> {
    const { store, queue, nowMs } = this.#parts;
    // First: should this process die, another one looks what there is to tell.
    await queue.add({ kind: 'revocations', name: channelId, dueAtMs: nowMs() + RETRY_MS });
    if ((await store.revokePlayback(channelId, revocation)) === 'full') return 'full';
    return (await this.#tell(channelId)) ? 'told' : 'kept';
  }

  /** The job: tells the edge everything about a channel that it was not told. */
  async run(name: string): Promise<JobOutcome> {
    const isTold = await this.#tell(ChannelId.parse(name));
    return isTold ? { kind: 'done' } : { kind: 'again', atMs: this.#parts.nowMs() + RETRY_MS };
  }

  async #tell(channelId: ChannelId): Promise<boolean> {
    const { store, edge, log } = this.#parts;
    const untold = await store.untoldRevocations(channelId);
    if (untold.length === 0) return true;
    try {
      await edge.tellRevocations(channelId, untold);
      await store.markRevocationsTold(channelId, untold);
      return true;
    } catch (error) {
      log.warn({ err: error, channelId }, 'the edge was not told of revocations, and will be');
      return false;
    }
  }
}

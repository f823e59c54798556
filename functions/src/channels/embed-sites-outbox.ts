import { ChannelId } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { JobOutcome } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { EdgeCaller } from '../playback/edge-caller.ts';
import type { Channels } from './channels.ts';

/** The edge is asked again so often, until it has heard. */
const RETRY_MS = 5_000;

export interface EmbedSitesOutboxParts {
  readonly channels: Pick<Channels, 'get'>;
  readonly edge: Pick<EdgeCaller, 'tellEmbedSites'>;
  readonly queue: JobQueue;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/**
 * Which sites may embed a channel, on its way to the edge, which needs it while nobody is live, too. What is told is
 * always the channel as it is now, so one job stands for however many changes.
 */
export class EmbedSitesOutbox {
  readonly #parts: EmbedSitesOutboxParts;

  constructor(parts: EmbedSitesOutboxParts) {
    this.#parts = parts;
  }

  /** Before a change is written: should this process die, another one looks. */
  async begin(channelId: ChannelId): Promise<void> {
    const { queue, nowMs } = this.#parts;
    await queue.add({ kind: 'embed-sites', name: channelId, dueAtMs: nowMs() + RETRY_MS });
  }

  /** The job. */
  async run(name: string): Promise<JobOutcome> {
    const isTold = await this.tell(ChannelId.parse(name));
    return isTold ? { kind: 'done' } : { kind: 'again', atMs: this.#parts.nowMs() + RETRY_MS };
  }

  /** After it was written. `false`: the edge did not say yes, and the job tells it again. */
  async tell(channelId: ChannelId): Promise<boolean> {
    const { channels, edge, log } = this.#parts;
    const kept = await channels.get(channelId);
    // The edge forgets what belongs to a channel that goes.
    if (kept === undefined || kept.value.isBeingDeleted) return true;
    const { embedSites, createdAtMs } = kept.value;
    const notice = { embedSites, channelCreatedAtMs: createdAtMs, channelVersion: kept.version };
    try {
      await edge.tellEmbedSites(channelId, notice);
      return true;
    } catch (error) {
      log.warn({ err: error, channelId }, 'the edge was not told who may embed a channel, and will be');
      return false;
    }
  }
}

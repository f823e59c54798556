import type { ChannelId } from '@sluice/contracts';
import type { Logger } from 'pino';
import { type EdgeCaller, EdgeRefusal } from './edge-caller.ts';
import type { PlaybackStore } from './playback-store.ts';

/** Doubled after each try that came to nothing, until all is told. */
const RETRY_MS = { first: 1_000, max: 30_000 } as const;
/** Told one after the other in one round; the rest comes with the next one. */
const CHANNELS_A_ROUND_MAX = 100;

/** `refused`: the edge answered, and not with yes. `away`: it did not answer. */
export type Telling = 'told' | 'refused' | 'away';

export interface RevocationOutboxParts {
  readonly store: PlaybackStore;
  readonly edge: Pick<EdgeCaller, 'tellRevocations'>;
  readonly log: Logger;
}

/**
 * Revocations on their way to the edge. What it was not told is in the store, so a restart forgets none. A process that
 * is not there between requests, as on Lambda, has to be asked to `tellAll` now and then.
 */
export class RevocationOutbox {
  readonly #parts: RevocationOutboxParts;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryMs: number = RETRY_MS.first;
  #isClosed = false;

  constructor(parts: RevocationOutboxParts) {
    this.#parts = parts;
  }

  /** Tells the edge everything about a channel that it was not told. What is not told now is tried again. */
  async tell(channelId: ChannelId): Promise<Telling> {
    const telling = await this.#tellOnce(channelId);
    if (telling !== 'told') this.#retryLater();
    return telling;
  }

  /** Tells what was not told yet, also what a process before this one could not. */
  async tellAll(): Promise<void> {
    const channelIds = await this.#parts.store.channelsWithUntoldRevocations(CHANNELS_A_ROUND_MAX);
    let isAllTold = true;
    for (const channelId of channelIds) {
      if (this.#isClosed) return;
      const telling = await this.#tellOnce(channelId);
      if (telling !== 'told') isAllTold = false;
      // What it refuses of one channel says nothing of the others. That it does not answer does.
      if (telling === 'away') break;
    }
    if (isAllTold) this.#retryMs = RETRY_MS.first;
    if (!isAllTold || channelIds.length === CHANNELS_A_ROUND_MAX) this.#retryLater();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #tellOnce(channelId: ChannelId): Promise<Telling> {
    const { store, edge, log } = this.#parts;
    const untold = await store.untoldRevocations(channelId);
    if (untold.length === 0) return 'told';
    try {
      await edge.tellRevocations(channelId, untold);
      await store.markRevocationsTold(channelId, untold);
      return 'told';
    } catch (error) {
      log.warn({ err: error, channelId }, 'the edge was not told of revocations, and will be');
      return error instanceof EdgeRefusal ? 'refused' : 'away';
    }
  }

  #retryLater(): void {
    if (this.#isClosed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.tellAll().catch((error: unknown) => {
        this.#parts.log.error({ err: error }, 'revocations could not be read');
        this.#retryLater();
      });
    }, this.#retryMs);
    this.#retryMs = Math.min(RETRY_MS.max, this.#retryMs * 2);
  }
}

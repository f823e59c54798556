import { setTimeout as sleep } from 'node:timers/promises';
import { ChannelStatus } from '@sluice/contracts';

/** The edge holds a status answer for some seconds; one that takes longer is lost. */
const ANSWER_MS_MAX = 40_000;
/** Between two questions, so that an edge which does not hold its answers is not flooded. */
const ASK_EVERY_MS = 300;

/** Asks the edge for a channel's status, as any viewer can. */
export class ChannelWatch {
  readonly #statusUrl: string;
  readonly #signal: AbortSignal;

  constructor(statusUrl: string, signal: AbortSignal) {
    this.#statusUrl = statusUrl;
    this.#signal = signal;
  }

  /** The status now, or `undefined` when the edge does not answer. */
  async status(): Promise<ChannelStatus | undefined> {
    return await this.#ask('', ANSWER_MS_MAX);
  }

  /** Resolves with the first status that passes; rejects only when the watch is closed. */
  async until(passes: (status: ChannelStatus) => boolean): Promise<ChannelStatus> {
    let version: string | undefined;
    for (;;) {
      const status = await this.#ask(version === undefined ? '' : `?after=${version}`, ANSWER_MS_MAX);
      if (status !== undefined && passes(status)) return status;
      version = status?.version;
      await sleep(ASK_EVERY_MS, undefined, { signal: this.#signal });
    }
  }

  /** Resolves once the channel has been offline for `settledMs` without a break; rejects only when closed. */
  async untilFree(settledMs: number): Promise<void> {
    for (;;) {
      let { version } = await this.until((status) => status.state === 'offline');
      const freeAtMs = performance.now() + settledMs;
      let isFree = true;
      while (isFree && performance.now() < freeAtMs) {
        const status = await this.#ask(`?after=${version}`, freeAtMs - performance.now());
        isFree = status === undefined || status.state === 'offline';
        version = status?.version ?? version;
        await sleep(Math.min(ASK_EVERY_MS, Math.max(0, freeAtMs - performance.now())), undefined, {
          signal: this.#signal,
        });
      }
      if (isFree) return;
    }
  }

  async #ask(query: string, answerMsMax: number): Promise<ChannelStatus | undefined> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(Math.max(1, Math.ceil(answerMsMax)))]);
    try {
      const answer = await fetch(this.#statusUrl + query, { signal });
      return ChannelStatus.safeParse(await answer.json()).data;
    } catch (error) {
      // Closed by us, or an edge that is away: the world's fault, and asked again.
      this.#signal.throwIfAborted();
      if (error instanceof Error) return undefined;
      throw error;
    }
  }
}

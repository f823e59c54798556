import { setTimeout as sleep } from 'node:timers/promises';
import { type PublisherEnd, type PublisherProcess, startPublisher } from '../publish/publisher-process.ts';
import { ChannelWatch } from './channel-watch.ts';
import { type DemoInput, type DemoState, nextDemoState } from './demo-life.ts';

export interface DemoPublisherOptions {
  /** Without the key. */
  readonly rtmpUrl: string;
  readonly streamKey: string;
  /** `/live/{channelId}/status.json` of the edge. */
  readonly statusUrl: string;
  /** So long nobody must have published before the demo comes back. Default: FREE_FOR_MS. */
  readonly freeForMs?: number;
}

export interface DemoPublisher {
  readonly state: DemoState;
  /** Ends it and its process. */
  close(): Promise<void>;
}

/** A streamer who restarts is not interrupted. */
const FREE_FOR_MS = 5_000;
/** After a failure it waits, longer each time up to the maximum. */
const REST_MS = { first: 1_000, max: 15_000 } as const;
/** What the ingest node says to a publisher whose channel somebody else has taken over. */
const TAKEN_OVER = /taken over|took over|another publisher/i;

/** Publishes the demo picture to a channel while nobody else does. */
export async function startDemoPublisher(options: DemoPublisherOptions): Promise<DemoPublisher> {
  const demo = new SupervisedDemo(options);
  demo.start();
  return demo;
}

class SupervisedDemo implements DemoPublisher {
  state: DemoState = 'asking';
  readonly #options: DemoPublisherOptions;
  readonly #closing = new AbortController();
  readonly #watch: ChannelWatch;
  #publisher: PublisherProcess | undefined;
  /** The broadcast that is ours, once the edge has told. */
  #broadcastId: string | undefined;
  #restMs: number = REST_MS.first;
  #running: Promise<void> = Promise.resolve();

  constructor(options: DemoPublisherOptions) {
    this.#options = options;
    this.#watch = new ChannelWatch(options.statusUrl, this.#closing.signal);
  }

  start(): void {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#publisher?.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const input = await this.#live().catch((error: unknown) => {
        if (signal.aborted) return undefined;
        throw error;
      });
      if (input === undefined || signal.aborted) return;
      this.state = nextDemoState(this.state, input);
    }
  }

  /** Does what the state asks for, and tells how it went. */
  async #live(): Promise<DemoInput> {
    if (this.state === 'asking') return (await this.#isFree()) ? 'channel-free' : 'channel-busy';
    if (this.state === 'publishing') return await this.#publish();
    if (this.state === 'aside') {
      await this.#watch.untilFree(this.#options.freeForMs ?? FREE_FOR_MS);
      return 'channel-free';
    }
    await sleep(this.#restMs, undefined, { signal: this.#closing.signal });
    this.#restMs = Math.min(REST_MS.max, this.#restMs * 2);
    return 'rested';
  }

  /** Nobody publishes, or what is on air is our own broadcast, which waits for us to return. */
  async #isFree(): Promise<boolean> {
    const status = await this.#watch.until(() => true);
    return status.state === 'offline' || status.broadcast?.broadcastId === this.#broadcastId;
  }

  async #publish(): Promise<DemoInput> {
    const publisher = startPublisher({ url: this.#options.rtmpUrl }, this.#options.streamKey);
    this.#publisher = publisher;
    const learning = new AbortController();
    const learned = this.#learnBroadcast(publisher, learning.signal);
    const end = await publisher.ended;
    learning.abort();
    await learned;
    return this.#isTakenOver(end) ? 'taken-over' : 'failed';
  }

  #isTakenOver(end: PublisherEnd): boolean {
    return end.reason === 'cut' && TAKEN_OVER.test(end.sentence);
  }

  async #learnBroadcast(publisher: PublisherProcess, signal: AbortSignal): Promise<void> {
    if ((await publisher.publishing) === undefined) return;
    const watch = new ChannelWatch(this.#options.statusUrl, AbortSignal.any([signal, this.#closing.signal]));
    const status = await watch.until(({ state }) => state !== 'offline').catch(() => undefined);
    if (status === undefined) return;
    this.#broadcastId = status.broadcast?.broadcastId;
    this.#restMs = REST_MS.first;
  }
}

import { WaitingRoom } from '../channel/waiting-room.ts';
import { log } from '../log.ts';
import type { FeedEvent } from './feed-event.ts';
import { FeedReader } from './feed-lines.ts';

/** The first try after a good line broke is made at once: all who wait here wait for it. */
const BACK_OFF_MS = [0, 100, 250, 500, 1_000, 2_000] as const;
/** A line that lived for less is no good line: the next one waits, so that two that break each other do not spin. */
const GOOD_LINE_MS_MIN = 1_000;
/** So many may wait for the first snapshot. */
const FILL_WAITING_MAX = 5_000;

export interface LinkPatience {
  /** The channel's object beats every few seconds; a line that is silent for this long is broken. */
  readonly silenceMsMax: number;
  /** With nobody asking for this long, the relay lets go of its channel, and the platform of the relay. */
  readonly idleMs: number;
  /** Who asks a relay that knows nothing yet waits for so long. */
  readonly fillMsMax: number;
  /** A copy that could not be kept up for this long is no answer any more. */
  readonly staleMsMax: number;
}

export const LINK_PATIENCE: LinkPatience = {
  silenceMsMax: 12_000,
  idleMs: 60_000,
  fillMsMax: 5_000,
  staleMsMax: 30_000,
};

export interface LinkOptions {
  /** Asks the channel's object for its feed; `undefined`: it has too many relays. */
  subscribe(): Promise<ReadableStream<Uint8Array> | undefined>;
  /** What came in one piece of the feed. Throws FeedError when it does not fit. */
  apply(events: readonly FeedEvent[]): void;
  /** Somebody is held here, so the relay is not idle. */
  isNeeded(): boolean;
  readonly patience: LinkPatience;
}

/**
 * A relay's line to its channel's object, kept up as long as somebody asks. It recovers by itself: from a channel
 * object that was reset, from a line that fell silent, from an event that does not fit.
 */
export class ChannelLink {
  readonly #options: LinkOptions;
  readonly #waiting = new WaitingRoom<boolean>(FILL_WAITING_MAX);
  #isRunning = false;
  #heardAtMs = 0;
  #askedAtMs = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Whether the copy can be answered from; waits for the first snapshot. To be asked at each request. */
  async ready(): Promise<boolean> {
    this.#askedAtMs = Date.now();
    if (!this.#isRunning) {
      this.#isRunning = true;
      void this.#run();
    }
    const isFresh = () => this.#isFresh;
    const endings = { holdMs: this.#options.patience.fillMsMax, late: isFresh, dismissed: isFresh };
    return (await this.#waiting.wait('filled', () => this.#isFresh || undefined, endings)) ?? false;
  }

  /** It is kept up. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** When the last event came; 0 before the first. */
  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  get #isFresh(): boolean {
    return this.#heardAtMs > 0 && Date.now() - this.#heardAtMs < this.#options.patience.staleMsMax;
  }

  get #isIdle(): boolean {
    const isNeeded = this.#waiting.seatsTaken > 0 || this.#options.isNeeded();
    return !isNeeded && Date.now() - this.#askedAtMs > this.#options.patience.idleMs;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#isIdle) {
      const openedAtMs = Date.now();
      try {
        await this.#follow();
      } catch (error) {
        log('warn', 'a relay lost its channel', { reason: error instanceof Error ? error.message : 'unknown' });
      }
      failures = this.#heardAtMs - openedAtMs >= GOOD_LINE_MS_MIN ? 0 : failures + 1;
      if (!this.#isIdle) await waitMs(BACK_OFF_MS[Math.min(failures, BACK_OFF_MS.length - 1)] ?? 0);
    }
    // What is here now grows old: whoever comes next waits for a snapshot.
    this.#heardAtMs = 0;
    this.#isRunning = false;
  }

  /** A call that hangs is no better than a line that is silent. */
  #subscribed(): Promise<ReadableStream<Uint8Array> | undefined> {
    const asking = this.#options.subscribe();
    const late = () => void asking.then((feed) => feed?.cancel('too late')).catch(() => undefined);
    return withinMs(asking, this.#options.patience.silenceMsMax, late);
  }

  /** One subscription, from its snapshot until it ends or nobody needs it. */
  async #follow(): Promise<void> {
    const feed = await this.#subscribed();
    if (feed === undefined) throw new Error('the channel has too many relays');
    const reader = feed.getReader();
    const lines = new FeedReader();
    try {
      while (!this.#isIdle) {
        const { value, done } = await withinMs(reader.read(), this.#options.patience.silenceMsMax);
        if (done) return;
        const events = lines.push(value);
        if (events.length === 0) continue;
        this.#options.apply(events);
        this.#heardAtMs = Date.now();
        this.#waiting.settle();
      }
    } finally {
      // Of a line that broke by itself it is no news.
      reader.cancel('unsubscribed').catch(() => undefined);
    }
  }
}

function waitMs(timeMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, timeMs));
}

async function withinMs<T>(promise: Promise<T>, timeMs: number, isLate?: () => void): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      isLate?.();
      reject(new Error('the line fell silent'));
    }, timeMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer ?? null);
  }
}

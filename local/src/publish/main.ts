import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { publishClock } from './clock-publisher.ts';
import { FfmpegWords } from './ffmpeg-words.ts';
import { PUBLISH_USAGE, type PublishOptions, parsePublishArguments, STREAM_KEY_VARIABLE } from './publish-options.ts';
import { type PublisherOrder, parsePublisherOrder } from './publisher-order.ts';
import type { PublisherEndReason, PublisherReport } from './publisher-report.ts';

/** So often OBS tries in a row. */
const RECONNECTS_MAX = 25;

/** Publishes the clock picture in a process of its own; reports in lines of JSON (publisher-report.ts). */
async function main(options: PublishOptions, streamKeys: readonly string[]): Promise<PublisherEndReason> {
  const words = new FfmpegWords(streamKeys);
  const orders = new Orders();
  const progress = { hasPublished: false, framesSent: 0, reconnectsLeft: RECONNECTS_MAX };
  const ended = (reason: PublisherEndReason, sentence: string) => {
    report({ event: 'ended', atMs: Date.now(), reason, sentence, framesSent: progress.framesSent });
    return reason;
  };
  for (;;) {
    const failure = await publishOnce({ options, streamKeys, orders, progress });
    if (failure === undefined) return ended('stopped', 'Stopped.');
    const { sentence, isServers } = await words.lastSentence(failure);
    const { reconnectAfterMs } = options;
    if (reconnectAfterMs === undefined || !progress.hasPublished || progress.reconnectsLeft === 0) {
      if (!isServers) return ended('failed', sentence);
      return ended(progress.hasPublished ? 'cut' : 'refused', sentence);
    }
    progress.reconnectsLeft -= 1;
    report({ event: 'lost', atMs: Date.now(), sentence });
    await sleep(reconnectAfterMs, undefined, { signal: orders.stop }).catch(() => undefined);
    if (orders.stop.aborted) return ended('stopped', 'Stopped.');
  }
}

interface Publishing {
  readonly options: PublishOptions;
  readonly streamKeys: readonly string[];
  readonly orders: Orders;
  readonly progress: { hasPublished: boolean; framesSent: number; reconnectsLeft: number };
}

/** Resolves with what went wrong; `undefined` when it was stopped. */
async function publishOnce({ options, streamKeys, orders, progress }: Publishing): Promise<string | undefined> {
  report({ event: 'connecting', atMs: Date.now() });
  try {
    await publishClock({
      options,
      streamKeys,
      stop: orders.stop,
      takeOrders: () => orders.take(),
      onPublishing: () => {
        progress.hasPublished = true;
        progress.reconnectsLeft = RECONNECTS_MAX;
        report({ event: 'publishing', atMs: Date.now() });
      },
      onFrame: () => {
        progress.framesSent += 1;
      },
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown error';
  }
}

/** More of them at once are somebody's mistake; the rest are left out. */
const ORDERS_MAX = 100;

/** Stops with Ctrl-C, SIGTERM, a line `stop`, or the end of the input: so it ends with the process that started it. */
class Orders {
  readonly #stop = new AbortController();
  #waiting: PublisherOrder[] = [];

  constructor() {
    const abort = () => this.#stop.abort();
    process.on('SIGINT', abort);
    process.on('SIGTERM', abort);
    const lines = createInterface({ input: process.stdin });
    lines.on('line', (line) => this.#take(line));
    lines.on('close', abort);
  }

  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  take(): readonly PublisherOrder[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  #take(line: string): void {
    const order = parsePublisherOrder(line);
    if (order?.order === 'stop') this.#stop.abort();
    else if (order !== undefined && this.#waiting.length < ORDERS_MAX) this.#waiting.push(order);
  }
}

function report(line: PublisherReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function readArguments(): PublishOptions {
  try {
    return parsePublishArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'unknown option'}\n\n${PUBLISH_USAGE}\n`);
    process.exit(2);
  }
}

// A parent that is gone cannot read; the closed input already ends this process.
process.stdout.on('error', () => undefined);
const streamKeys = (process.env[STREAM_KEY_VARIABLE] ?? '').split(' ');
delete process.env[STREAM_KEY_VARIABLE];
const reason = await main(readArguments(), streamKeys);
process.exit(reason === 'stopped' ? 0 : 1);

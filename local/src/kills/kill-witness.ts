import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { parseMediaFileName } from '@sluice/contracts';
import { z } from 'zod';

const Told = z.object({
  type: z.string(),
  data: z.looseObject({ broadcast: z.looseObject({ broadcastId: z.string() }).optional() }),
});

/** A webhook that came, and of which broadcast. */
export interface HeardEvent {
  readonly type: string;
  readonly messageId: string;
  readonly broadcastId: string | undefined;
}

/** Somebody's server, which outlives the system and notes all that it is told. */
export class KillListener {
  readonly heard: HeardEvent[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<KillListener> {
    const server = createServer();
    const listener = new KillListener(server);
    server.on('request', async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const { type, data } = Told.parse(JSON.parse(text));
      const messageId = String(request.headers['webhook-id']);
      listener.heard.push({ type, messageId, broadcastId: data.broadcast?.broadcastId });
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return listener;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  }

  /** What came of a broadcast, each event once, in the order in which it came first. */
  firstOf(broadcastId: string): string[] {
    const its = this.heard.filter((event) => event.broadcastId === broadcastId);
    return [...new Map(its.map((event) => [event.messageId, event.type])).values()];
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

const Status = z.object({ broadcast: z.object({ broadcastId: z.string() }).nullable() });
const LOOK_EVERY_MS = 400;
const LOOK_SHARPLY_EVERY_MS = 3;

/** Notes which segments viewers were shown as whole: they must be in the recording. */
export class SegmentWitness {
  /** By broadcast. */
  readonly seen = new Map<string, Set<number>>();
  readonly #channelUrl: string;
  #isClosed = false;
  #looking: Promise<void> | undefined;

  constructor(channelUrl: string) {
    this.#channelUrl = channelUrl;
  }

  start(): void {
    this.#looking = this.#look();
  }

  /** Resolves as soon as viewers are shown a segment that they were not shown before: it is stored nowhere for sure. */
  async untilNew(): Promise<void> {
    const before = this.#seenCount;
    while (this.#seenCount === before && !this.#isClosed) {
      await this.#note().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, LOOK_SHARPLY_EVERY_MS));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#looking;
  }

  get #seenCount(): number {
    return [...this.seen.values()].reduce((sum, { size }) => sum + size, 0);
  }

  async #look(): Promise<void> {
    while (!this.#isClosed) {
      // Nobody answers while it is dead.
      await this.#note().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  async #note(): Promise<void> {
    const signal = AbortSignal.timeout(2_000);
    const read = async (path: string) => await (await fetch(`${this.#channelUrl}/${path}`, { signal })).text();
    const { broadcast } = Status.parse(JSON.parse(await read('status.json')));
    if (broadcast === null) return;
    const { broadcastId } = broadcast;
    const seen = this.seen.get(broadcastId) ?? new Set<number>();
    this.seen.set(broadcastId, seen);
    for (const msn of wholeSegments(await read(`${broadcastId}/v360.m3u8`))) seen.add(msn);
  }
}

/** The whole segments of a media playlist that are no gaps. */
export function wholeSegments(playlist: string): number[] {
  const segments: number[] = [];
  let isGap = false;
  for (const line of playlist.split('\n')) {
    // It stands among the tags of its segment (rfc8216bis §4.4.4.7).
    if (line === '#EXT-X-GAP') isGap = true;
    if (line === '' || line.startsWith('#')) continue;
    const file = parseMediaFileName(line.split('/').at(-1)?.split('?')[0] ?? '');
    if (file?.kind === 'segment' && !isGap) segments.push(file.msn);
    isGap = false;
  }
  return segments;
}

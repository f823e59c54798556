import { SourceFeed } from '../broadcast/source-feed.ts';
import type { PlayAnswer, PlayAttempt, PlayHandler } from './player.ts';
import type { RtmpServerOptions } from './rtmp-server.ts';
import { type ClientSocket, ServerFixture } from './rtmp-server-fixture.ts';

/** A server whose publishers can be played under their stream key. */
export class PlayFixture implements AsyncDisposable {
  readonly attempts: PlayAttempt[] = [];
  readonly faults: unknown[] = [];
  #isSecure = false;
  readonly #feeds = new Map<string, SourceFeed>();
  #server: ServerFixture | undefined;

  static async start(options: Partial<RtmpServerOptions> & { answer?: PlayHandler } = {}): Promise<PlayFixture> {
    const fixture = new PlayFixture();
    const { answer, ...rest } = options;
    fixture.#isSecure = rest.tls !== undefined;
    fixture.#server = await ServerFixture.start({
      ...rest,
      onEvent: (event, { attempt }) => fixture.feed(attempt.streamKey).push(event),
      onPlay: async (attempt) => {
        fixture.attempts.push(attempt);
        return (await answer?.(attempt)) ?? fixture.yes(attempt.channelId);
      },
    });
    return fixture;
  }

  get server(): ServerFixture {
    if (this.#server === undefined) throw new Error('not started');
    return this.#server;
  }

  /** A raw client, connected. */
  client(): Promise<ClientSocket> {
    return this.#isSecure ? this.server.secureClient() : this.server.client();
  }

  feed(channelId: string): SourceFeed {
    const feed = this.#feeds.get(channelId) ?? new SourceFeed({ onFault: (error) => this.faults.push(error) });
    this.#feeds.set(channelId, feed);
    return feed;
  }

  yes(channelId: string): PlayAnswer {
    return { ok: true, subscribe: (listener) => this.feed(channelId).subscribe(listener) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server[Symbol.asyncDispose]();
  }
}

import { describe, expect, it, vi } from 'vitest';
import { ChannelLink, LINK_PATIENCE, type LinkPatience } from './channel-link.ts';
import type { FeedEvent } from './feed-event.ts';
import { feedLine } from './feed-lines.ts';

const SNAPSHOT: FeedEvent = { kind: 'snapshot', broadcasts: [], currentId: null, shards: {} };
const BEAT: FeedEvent = { kind: 'beat', shards: {}, sentAtMs: 1 };

/** A channel's object, as far as a relay's line to it goes. */
class Lines {
  readonly opened: ReadableStreamDefaultController<Uint8Array>[] = [];
  readonly cancelled: number[] = [];
  readonly applied: string[] = [];
  /** What the next subscriptions meet instead of a line. */
  readonly failures: (Error | 'full')[] = [];
  /** Subscriptions that are never answered. */
  hangs = 0;
  isNeeded = false;
  refusesBeats = false;

  link(patience: Partial<LinkPatience> = {}): ChannelLink {
    return new ChannelLink({
      subscribe: async () => {
        this.hangs -= 1;
        if (this.hangs >= 0) await new Promise(() => undefined);
        return this.#subscribe();
      },
      apply: (events) => this.#apply(events),
      isNeeded: () => this.isNeeded,
      // What a test has left goes soon.
      patience: { ...LINK_PATIENCE, idleMs: 300, ...patience },
    });
  }

  say(line: number, ...events: FeedEvent[]): void {
    for (const event of events) this.opened[line]?.enqueue(feedLine(event));
  }

  #subscribe(): ReadableStream<Uint8Array> | undefined {
    const failure = this.failures.shift();
    if (failure === 'full') return undefined;
    if (failure !== undefined) throw failure;
    const line = this.opened.length;
    return new ReadableStream({
      start: (controller) => {
        this.opened.push(controller);
        controller.enqueue(feedLine(SNAPSHOT));
      },
      cancel: () => {
        this.cancelled.push(line);
      },
    });
  }

  #apply(events: readonly FeedEvent[]): void {
    for (const { kind } of events) {
      if (kind === 'beat' && this.refusesBeats) throw new Error('it does not fit');
      this.applied.push(kind);
    }
  }
}

describe('a relay’s line to its channel', () => {
  it('is opened once, by the first who asks, and all wait for the snapshot', async () => {
    const lines = new Lines();
    const link = lines.link();
    expect(await Promise.all([link.ready(), link.ready(), link.ready()])).toEqual([true, true, true]);
    lines.say(0, BEAT);
    await vi.waitFor(() => expect(lines.applied).toEqual(['snapshot', 'beat']), 10_000);
    expect(lines.opened.length).toBe(1);
  });

  it('is tried again when the object cannot be reached, or has too many relays', async () => {
    const lines = new Lines();
    lines.failures.push(new Error('reset'), 'full', new Error('reset'));
    expect(await lines.link().ready()).toBe(true);
    expect(lines.opened.length).toBe(1);
  });

  it('is opened anew at once when it breaks, and whoever asks meanwhile is answered', async () => {
    const lines = new Lines();
    const link = lines.link();
    await link.ready();
    lines.opened[0]?.error(new Error('the object was reset'));
    expect(await link.ready()).toBe(true);
    await vi.waitFor(() => expect(lines.applied).toEqual(['snapshot', 'snapshot']), 10_000);
  });

  it('is opened anew when the object ends it, and when something does not fit', async () => {
    const lines = new Lines();
    lines.isNeeded = true;
    const link = lines.link();
    await link.ready();
    lines.opened[0]?.close();
    await vi.waitFor(() => expect(lines.opened.length).toBe(2), 10_000);
    lines.refusesBeats = true;
    lines.say(1, BEAT);
    await vi.waitFor(() => expect(lines.opened.length).toBe(3), 10_000);
    expect(lines.cancelled).toEqual([1]);
    lines.refusesBeats = false;
    lines.say(2, BEAT);
    await vi.waitFor(() => expect(lines.applied).toEqual(['snapshot', 'snapshot', 'snapshot', 'beat']), 10_000);
  });

  it('is opened anew when nothing was heard on it for long', async () => {
    const lines = new Lines();
    lines.isNeeded = true;
    await lines.link({ silenceMsMax: 20 }).ready();
    await vi.waitFor(() => expect(lines.opened.length).toBeGreaterThan(2), 10_000);
    expect(lines.cancelled).toContain(0);
  });

  it('is tried again when the object does not answer at all', async () => {
    const lines = new Lines();
    lines.hangs = 1;
    expect(await lines.link({ silenceMsMax: 30 }).ready()).toBe(true);
    expect(lines.opened.length).toBe(1);
  });

  it('is no answer when it could not be opened for too long', async () => {
    const lines = new Lines();
    const patience = { fillMsMax: 30, staleMsMax: 30 };
    lines.failures.push(...Array.from({ length: 20 }, () => new Error('away')));
    expect(await lines.link(patience).ready()).toBe(false);
  });

  it('is let go when nobody has asked for long, but not while somebody is held', async () => {
    const lines = new Lines();
    lines.isNeeded = true;
    const link = lines.link({ idleMs: 10, silenceMsMax: 30 });
    await link.ready();
    await vi.waitFor(() => expect(lines.opened.length).toBeGreaterThan(2), 10_000);
    lines.isNeeded = false;
    await vi.waitFor(() => expect(link.isRunning).toBe(false), { timeout: 4_000 });
    expect(lines.cancelled.length).toBe(lines.opened.length);
    const [opened, applied] = [lines.opened.length, lines.applied.length];
    // The next one opens it again, and is not answered out of what was here before.
    expect(await link.ready()).toBe(true);
    expect([lines.opened.length, lines.applied.length]).toEqual([opened + 1, applied + 1]);
  });
});

import { BroadcastId, Epoch, type PartAnnounced, RenditionId, type ThumbnailsAnnounced } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Broadcast } from '../channel/broadcast.ts';
import { TestBroadcast, V720 } from '../testing/test-broadcast.ts';
import { ChannelCopy } from './channel-copy.ts';
import type { FeedBroadcast, FeedEvent } from './feed-event.ts';
import { FeedReader, feedLine } from './feed-lines.ts';

const test = new TestBroadcast();
const BROADCAST_ID = BroadcastId.parse('0mww8blwxoz6wtlh8p63');

/** A channel's own broadcast, and events that tell of it as the feed would: through JSON. */
class Original {
  broadcast = new Broadcast({ broadcastId: BROADCAST_ID, epoch: Epoch.parse(1), dvrWindowS: 30 });

  constructor() {
    this.broadcast.describe(test.description);
  }

  fed(): FeedBroadcast {
    const { states, recovering, ...row } = this.broadcast.state();
    return { ...row, states: Object.fromEntries(states), recovering: [...recovering] };
  }

  snapshot(): FeedEvent {
    return overTheLine({ kind: 'snapshot', broadcasts: [this.fed()], currentId: BROADCAST_ID, shards: {} });
  }

  announce(parts: PartAnnounced[]): FeedEvent {
    const { window } = this.broadcast;
    if (window === undefined) throw new Error('it was described');
    this.broadcast.append(window, parts);
    return overTheLine({ kind: 'announced', broadcastId: BROADCAST_ID, parts, next: window.next() });
  }

  show(thumbnails: ThumbnailsAnnounced): FeedEvent {
    const { window } = this.broadcast;
    if (window === undefined) throw new Error('it was described');
    this.broadcast.takeThumbnails(thumbnails);
    return overTheLine({ kind: 'announced', broadcastId: BROADCAST_ID, parts: [], thumbnails, next: window.next() });
  }

  /** The object restarts, and storage knows what it knew then. */
  restart(fed: FeedBroadcast): void {
    const { states, description, endedAtMs, recovering: _, ...row } = fed;
    const entries = Object.entries(states).map(([id, state]) => [RenditionId.parse(id), state] as const);
    this.broadcast = Broadcast.restore({ ...row, description, endedAtMs, states: new Map(entries) });
  }
}

function overTheLine(event: FeedEvent): FeedEvent {
  const [read] = new FeedReader().push(feedLine(event));
  if (read === undefined) throw new Error('it is one event');
  return read;
}

function textsOf(broadcast: Broadcast | undefined): string[] {
  const window = broadcast?.window;
  if (broadcast === undefined || window === undefined) throw new Error('it was described');
  return [...window.renditions.values()].map((rendition) => broadcast.playlist(window, rendition));
}

describe('a relay’s copy of a channel', () => {
  it('knows the images that the channel’s object knows, from its snapshot and from what follows', () => {
    const original = new Original();
    const sprite = (index: number) => ({ firstSlot: index * 25, tileCount: 25, tileWidthPx: 160, tileHeightPx: 90 });
    original.show({ newestSlot: 26, sprites: [sprite(0)] });
    const copy = new ChannelCopy();
    copy.apply(original.snapshot());
    expect(copy.current?.thumbnails.newestSlot).toBe(26);
    copy.apply(original.show({ newestSlot: 51, sprites: [sprite(0), sprite(1)] }));
    expect(copy.current?.thumbnails).toEqual(original.broadcast.thumbnails);
    expect(copy.current?.thumbnails.storyboards.runs).toMatchObject([{ firstSlot: 0, spriteCount: 2 }]);
  });

  it('has the channel’s playlists at every event, whenever it subscribed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 4, maxLength: 24 }),
        fc.nat(20),
        (steps, at) => {
          const original = new Original();
          const copy = new ChannelCopy();
          let from = 0;
          steps.forEach((step, index) => {
            if (index === Math.min(at, steps.length - 1)) copy.apply(original.snapshot());
            const event = original.announce(test.parts(from, from + step));
            from += step;
            if (!copy.isFilled) return;
            copy.apply(event);
            expect(textsOf(copy.current)).toEqual(textsOf(original.broadcast));
          });
        },
      ),
    );
  });

  it('goes on with what it has when the channel’s object comes back with less, and takes what is sent again', () => {
    const original = new Original();
    const copy = new ChannelCopy();
    original.announce(test.parts(0, 12));
    const stored = original.fed();
    copy.apply(original.snapshot());
    copy.apply(original.announce(test.parts(12, 15)));
    const before = textsOf(copy.current);
    original.restart(stored);
    copy.apply(original.snapshot());
    expect(textsOf(copy.current)).toEqual(before);
    expect(copy.current?.isRecovering).toBe(false);
    copy.apply(original.announce(test.parts(12, 16)));
    expect(textsOf(copy.current)).toEqual(textsOf(original.broadcast));
    expect(textsOf(copy.current)).not.toEqual(before);
  });

  it('takes of each rendition what is longer, its own or the channel’s', () => {
    const original = new Original();
    const copy = new ChannelCopy();
    original.announce(test.parts(0, 12));
    const stored = original.fed();
    copy.apply(original.snapshot());
    copy.apply(original.announce(test.parts(12, 15)));
    original.restart(stored);
    // While nobody listened one rendition was sent again, and went on.
    original.announce(test.parts(12, 17, V720));
    copy.apply(original.snapshot());
    expect(copy.current?.window?.next()).toMatchObject({
      v720: { msn: 5, partIndex: 1 },
      v360: { msn: 4, partIndex: 3 },
      a128: { msn: 4, partIndex: 3 },
    });
  });

  it('forgets an earlier seam when other encoders went on while its line was broken', () => {
    const original = new Original();
    const copy = new ChannelCopy();
    original.announce(test.parts(0, 10));
    copy.apply(original.snapshot());
    for (const initVersion of [16, 32]) {
      // A seam, of which the copy hears nothing but by the next snapshot.
      const renditions = test.description.renditions.map((each) => ({ ...each, initVersion }));
      original.broadcast.describe({ ...test.description, renditions });
      const from = initVersion === 16 ? 12 : 20;
      const parts = test.parts(from, from + 6).map((part) => ({ ...part, initVersion }));
      const gaps = test
        .parts(from - 2, from)
        .map((part) => ({ ...part, isGap: true, sizeBytes: 0, initVersion: initVersion - 16 }));
      original.announce([...gaps, ...parts]);
      copy.apply(original.snapshot());
      expect(copy.current?.window?.cut).toEqual(original.broadcast.window?.cut);
      expect(textsOf(copy.current)).toEqual(textsOf(original.broadcast));
    }
  });

  it('waits, as its channel does, for what a restart lost when it has no more itself', () => {
    const original = new Original();
    original.announce(test.parts(0, 12));
    original.restart(original.fed());
    const copy = new ChannelCopy();
    copy.apply(original.snapshot());
    expect(copy.current?.isRecovering).toBe(true);
    copy.apply(original.announce(test.parts(12, 13)));
    expect(copy.current?.isRecovering).toBe(false);
  });

  it('is out of step when it missed an announcement, or never heard of the broadcast', () => {
    const original = new Original();
    const copy = new ChannelCopy();
    copy.apply(original.snapshot());
    original.announce(test.parts(0, 4));
    const next = original.announce(test.parts(4, 5));
    expect(() => copy.apply(next)).toThrow('out-of-step');
    expect(() => new ChannelCopy().apply(next)).toThrow('out-of-step');
  });

  it('knows that a broadcast began, ended and was forgotten', () => {
    const original = new Original();
    const copy = new ChannelCopy();
    copy.apply(overTheLine({ kind: 'snapshot', broadcasts: [], currentId: null, shards: {} }));
    expect([copy.isFilled, copy.current]).toEqual([true, undefined]);
    copy.apply(overTheLine({ kind: 'begun', broadcast: original.fed() }));
    copy.apply(original.announce(test.parts(0, 4)));
    copy.apply(overTheLine({ kind: 'ended', broadcastId: BROADCAST_ID, endedAtMs: 5 }));
    original.broadcast.end(5);
    expect(textsOf(copy.broadcast(BROADCAST_ID))).toEqual(textsOf(original.broadcast));
    expect(copy.current?.endedAtMs).toBe(5);
    copy.apply(overTheLine({ kind: 'forgotten', broadcastIds: [BROADCAST_ID] }));
    expect([copy.current, copy.broadcast(BROADCAST_ID)]).toEqual([undefined, undefined]);
  });
});

it('a snapshot and an announcement of a newer version are read, and their new words are passed over', () => {
  const original = new Original();
  original.announce(test.parts(0, 12));
  const withWords = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(withWords);
    if (typeof value !== 'object' || value === null) return value;
    const known = Object.entries(value).map(([name, each]) => [name, withWords(each)]);
    // Names of renditions are keys, too.
    return Object.fromEntries('v720' in value ? known : [...known, ['ofTomorrow', 1]]);
  };
  const copy = new ChannelCopy();
  copy.apply(overTheLine(withWords(original.snapshot()) as FeedEvent));
  copy.apply(overTheLine(withWords(original.announce(test.parts(12, 14))) as FeedEvent));
  expect(textsOf(copy.current)).toEqual(textsOf(original.broadcast));
});

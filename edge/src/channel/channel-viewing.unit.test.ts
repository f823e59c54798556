import { BroadcastId, Epoch, type MediaFile, type PartAnnounced } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANYBODY } from '../playback/viewer-rights.ts';
import { TestBroadcast, V720 } from '../testing/test-broadcast.ts';
import { Broadcast } from './broadcast.ts';
import { ChannelViewing } from './channel-viewing.ts';

const BROADCAST_ID = BroadcastId.parse('0mww8blwx4z6wtlh8p63');
/** Of `low`: three target durations of 2 s. */
const HOLD_MS = 6_000;
const test = new TestBroadcast();

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function stage({ parts = 6, isRestarted = false } = {}) {
  const options = { broadcastId: BROADCAST_ID, epoch: Epoch.parse(1), dvrWindowS: 30 };
  let broadcast = new Broadcast(options);
  broadcast.describe(test.description);
  append(test.parts(0, parts));
  if (isRestarted) {
    const renditions = broadcast.window?.renditions ?? new Map();
    const states = new Map([...renditions].map(([id, rendition]) => [id, rendition.state()]));
    broadcast = Broadcast.restore({ ...options, description: test.description, endedAtMs: undefined, states });
  }
  const viewing = new ChannelViewing({
    current: broadcast,
    broadcast: (id) => (id === BROADCAST_ID ? broadcast : undefined),
  });
  const ask = { broadcastId: BROADCAST_ID, renditionId: V720 };

  function append(announced: readonly PartAnnounced[]): void {
    if (broadcast.window !== undefined) broadcast.append(broadcast.window, announced);
  }

  function announceParts(announced: readonly PartAnnounced[]): void {
    append(announced);
    viewing.settle();
  }

  return {
    viewing,
    announceParts,
    announce: (from: number, to: number) => announceParts(test.parts(from, to)),
    end() {
      broadcast.end(1);
      viewing.settle();
    },
    reload: (msn: number, partIndex?: number) => viewing.playlist({ ...ask, directives: { msn, partIndex } }),
    plain: () => viewing.playlist({ ...ask, directives: undefined }),
    media: (file: MediaFile) => viewing.media({ ...ask, file }),
  };
}

describe('a blocking reload', () => {
  it('is answered 503 when it was held for three target durations, and never with an unchanged playlist (rule A3.34)', async () => {
    const { reload } = stage();
    const answered = vi.fn();
    const held = reload(2, 2).then((reply) => {
      answered();
      return reply;
    });
    await vi.advanceTimersByTimeAsync(HOLD_MS - 1);
    expect(answered).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await held).toEqual({ kind: 'refused', code: 'held-too-long' });
  });

  it('is answered with the first version that has the part, and may be shared for long', async () => {
    const { reload, announce } = stage();
    const held = reload(2, 2);
    announce(6, 7);
    const reply = await held;
    expect(reply).toMatchObject({ kind: 'playlist', cache: { kind: 'blocked-playlist', targetDurationS: 2 } });
    expect(reply).toMatchObject({ text: expect.stringContaining('URI="v720/2.2.m4s"\n#EXT-X-PRELOAD-HINT') });
  });

  it('is released at once by the end of the broadcast, and by the loss of its publisher (rule A3.34)', async () => {
    const ended = stage();
    const heldToTheEnd = ended.reload(2, 2);
    ended.end();
    expect(await heldToTheEnd).toMatchObject({ kind: 'playlist', cache: { kind: 'ended-playlist' } });
    const lost = stage();
    const heldInVain = lost.reload(2, 2);
    lost.viewing.dismiss();
    expect(await heldInVain).toEqual({ kind: 'refused', code: 'publisher-lost' });
  });

  it('that asks for something long gone is a plain request to caches (rule A3.31)', async () => {
    const { reload } = stage({ parts: 4 * 9 });
    expect(await reload(7, 0)).toMatchObject({ cache: { kind: 'blocked-playlist' } });
    expect(await reload(6, 0)).toMatchObject({ cache: { kind: 'plain-playlist' } });
  });

  it('that asks for too much is refused at once (rule A3.32)', async () => {
    const { reload } = stage();
    expect(await reload(4)).toMatchObject({ kind: 'refused', code: 'directive-too-far' });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a plain playlist request', () => {
  it('is answered at once when there is something to play', async () => {
    expect(await stage().plain()).toMatchObject({ kind: 'playlist', cache: { kind: 'plain-playlist' } });
  });

  it('is held until there is enough to play, or refused', async () => {
    const { plain, announce } = stage({ parts: 2 });
    const held = plain();
    announce(2, 4);
    expect(await held).toMatchObject({ kind: 'playlist' });
    const late = stage({ parts: 2 }).plain();
    await vi.advanceTimersByTimeAsync(HOLD_MS);
    expect(await late).toEqual({ kind: 'refused', code: 'held-too-long' });
  });
});

describe('after a restart that lost what came after the last whole segment', () => {
  it('a plain request waits until the playlist cannot step back', async () => {
    const { plain, announce } = stage({ parts: 8, isRestarted: true });
    const held = plain();
    announce(8, 11);
    expect(await held).toMatchObject({ text: expect.stringContaining('v720/3.2.m4s') });
  });

  it('a plain request has what there is when nothing is sent again', async () => {
    const { plain } = stage({ parts: 8, isRestarted: true });
    const held = plain();
    await vi.advanceTimersByTimeAsync(HOLD_MS);
    expect(await held).toMatchObject({ kind: 'playlist', text: expect.stringContaining('v720/2.m4s') });
    expect(await plain()).toMatchObject({ kind: 'playlist' });
  });

  it('a reload that looks too far is held, for it may ask for just the next part', async () => {
    const { reload, announce } = stage({ parts: 8, isRestarted: true });
    const held = reload(5, 0);
    announce(8, 17);
    expect(await held).toMatchObject({ kind: 'playlist', text: expect.stringContaining('v720/5.0.m4s') });
  });

  it('a part that was listed before is waited for, and one that cannot have been is not there', async () => {
    const { media, announce } = stage({ parts: 8, isRestarted: true });
    const held = media({ kind: 'part', msn: 3, partIndex: 2 });
    const segment = media({ kind: 'segment', msn: 3 });
    expect(await media({ kind: 'part', msn: 6, partIndex: 0 })).toMatchObject({ code: 'no-such-media' });
    announce(8, 12);
    expect(await held).toEqual({ kind: 'stored' });
    expect(await segment).toMatchObject({ kind: 'in-parts' });
  });
});

describe('the hinted part', () => {
  const hinted = { kind: 'part', msn: 2, partIndex: 2 } as const;

  it('is waited for until it is announced (rule A5.42)', async () => {
    const { media, announce } = stage();
    const held = media(hinted);
    announce(6, 7);
    expect(await held).toEqual({ kind: 'stored' });
  });

  it('is answered 503 after three target durations', async () => {
    const held = stage().media(hinted);
    await vi.advanceTimersByTimeAsync(HOLD_MS);
    expect(await held).toEqual({ kind: 'refused', code: 'held-too-long' });
  });

  it('is not there when it will not come: the publisher is lost, or the broadcast over (rule A5.43)', async () => {
    const lost = stage();
    const heldInVain = lost.media(hinted);
    lost.viewing.dismiss();
    expect(await heldInVain).toEqual({ kind: 'refused', code: 'no-such-media' });
    const ended = stage();
    const heldToTheEnd = ended.media(hinted);
    ended.end();
    expect(await heldToTheEnd).toEqual({ kind: 'refused', code: 'no-such-media' });
  });

  it('is not there when it turns out to be a gap', async () => {
    const { media, announceParts } = stage();
    const held = media(hinted);
    announceParts([test.part(6, V720, { isGap: true, sizeBytes: 0 })]);
    expect(await held).toEqual({ kind: 'refused', code: 'no-such-media' });
  });
});

describe('the multivariant playlist', () => {
  it('is held while the broadcast is starting', async () => {
    const { viewing, announce } = stage({ parts: 2 });
    const held = viewing.multivariant({ viewer: ANYBODY });
    announce(2, 4);
    expect(await held).toMatchObject({ kind: 'playlist', cache: { kind: 'multivariant' } });
  });

  it('is not there when nobody is live, or nothing comes', async () => {
    const nobody = new ChannelViewing({ current: undefined, broadcast: () => undefined });
    expect(await nobody.multivariant({ viewer: ANYBODY })).toEqual({ kind: 'refused', code: 'channel-offline' });
    const late = stage({ parts: 2 }).viewing.multivariant({ viewer: ANYBODY });
    await vi.advanceTimersByTimeAsync(HOLD_MS);
    expect(await late).toEqual({ kind: 'refused', code: 'channel-offline' });
  });
});

it('more than 5,000 are not held at once, and told so', async () => {
  const { reload, end } = stage();
  const held = Array.from({ length: 5_000 }, () => reload(2, 2));
  expect(await reload(2, 2)).toEqual({ kind: 'refused', code: 'too-many-waiting' });
  end();
  expect(new Set((await Promise.all(held)).map(({ kind }) => kind))).toEqual(new Set(['playlist']));
});

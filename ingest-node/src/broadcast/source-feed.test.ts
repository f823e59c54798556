import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../media/source.ts';
import { SourceFeed } from './source-feed.ts';

const METADATA: SourceEvent = { kind: 'metadata', widthPx: 320 };
const AVC: SourceEvent = { kind: 'video-config', codec: 'h264', extradata: Uint8Array.of(1) };
const AAC: SourceEvent = {
  kind: 'audio-config',
  codec: 'aac',
  extradata: Uint8Array.of(2),
  sampleRateHz: 48_000,
  channelCount: 2,
};
const packet = (kind: 'video' | 'audio', atMs: number, isKeyframe = true, sizeBytes = 1): SourceEvent => ({
  kind,
  ptsUs: atMs * 1_000,
  dtsUs: atMs * 1_000,
  isKeyframe,
  payload: new Uint8Array(sizeBytes),
});
const KEY = packet('video', 0);
const INTER = packet('video', 40, false);
const SOUND = packet('audio', 20);
const NEXT_KEY = packet('video', 80);

/** A feed that has been given these, and what its listeners were told. */
function feedOf(...events: readonly SourceEvent[]) {
  const faults: unknown[] = [];
  const feed = new SourceFeed({ onFault: (error) => faults.push(error) });
  for (const event of events) feed.push(event);
  const listen = () => {
    const calls: (readonly SourceEvent[] | 'end')[] = [];
    const unsubscribe = feed.subscribe({ onEvents: (each) => calls.push(each), onEnd: () => calls.push('end') });
    return { calls, unsubscribe };
  };
  return { feed, faults, listen };
}

describe('a listener', () => {
  it('begins with what a decoder needs, from the last keyframe on, and then hears all that comes', () => {
    const { feed, listen } = feedOf(
      METADATA,
      AAC,
      AVC,
      packet('video', -80),
      packet('video', -40, false),
      KEY,
      SOUND,
      INTER,
    );
    const { calls } = listen();
    feed.push(NEXT_KEY);
    expect(calls).toEqual([[METADATA, AVC, AAC, KEY, SOUND, INTER], [NEXT_KEY]]);
  });

  it('begins with nothing where nothing has come', () => {
    expect(feedOf().listen().calls).toEqual([[]]);
  });

  it('begins with the configurations alone where there is no keyframe, and without old sound', () => {
    expect(feedOf(AVC, AAC, SOUND, INTER).listen().calls).toEqual([[AVC, AAC]]);
  });

  it('begins with no picture of another configuration', () => {
    const other: SourceEvent = { ...AVC, codec: 'hevc' };
    expect(feedOf(AVC, KEY, INTER, other).listen().calls).toEqual([[other]]);
  });

  it('hears nothing more once it has left, and may leave twice', () => {
    const { feed, listen } = feedOf(AVC);
    const { calls, unsubscribe } = listen();
    unsubscribe();
    unsubscribe();
    feed.push(KEY);
    feed.end();
    expect(calls).toEqual([[AVC]]);
    expect(feed.listenerCount).toBe(0);
  });

  it('that throws is not called again, and nobody else notices', () => {
    const { feed, faults, listen } = feedOf(AVC);
    feed.subscribe({
      onEvents: () => {
        throw new Error('a fault of ours');
      },
      onEnd: () => undefined,
    });
    const { calls } = listen();
    feed.push(KEY);
    expect(faults).toHaveLength(1);
    expect(calls).toEqual([[AVC], [KEY]]);
  });

  it('may leave while it is told', () => {
    const { feed, listen } = feedOf(AVC);
    const seen: number[] = [];
    const unsubscribe = feed.subscribe({
      onEvents: (events) => {
        seen.push(events.length);
        if (seen.length === 2) unsubscribe();
      },
      onEnd: () => undefined,
    });
    const { calls } = listen();
    feed.push(KEY);
    feed.push(INTER);
    expect(seen).toEqual([1, 1]);
    expect(calls).toHaveLength(3);
  });
});

describe('what a player begins with', () => {
  it('fits into its queue: where there is more since the last keyframe, it begins at the next one', () => {
    const mebibyte = (isKeyframe: boolean) => packet('video', 0, isKeyframe, 1_024 * 1_024);
    const { feed, listen } = feedOf(AVC, mebibyte(true), mebibyte(false), mebibyte(false), mebibyte(false));
    expect(listen().calls[0]).toHaveLength(5);
    feed.push(packet('audio', 0));
    expect(listen().calls).toEqual([[AVC]]);
    // A transcoder that starts anew can take it all the same.
    expect(feed.memory.events()).toHaveLength(6);
    feed.push(NEXT_KEY);
    expect(listen().calls).toEqual([[AVC, NEXT_KEY]]);
  });

  it('is nothing of the last publisher', () => {
    const { feed, listen } = feedOf(METADATA, AVC, AAC, KEY);
    const { calls } = listen();
    feed.restart();
    expect(listen().calls).toEqual([[]]);
    feed.push(KEY);
    expect(calls).toHaveLength(2);
  });
});

it('tells its end once, to those who come later as well', () => {
  const { feed, listen } = feedOf(AVC, KEY);
  const { calls } = listen();
  feed.end();
  feed.end();
  feed.push(INTER);
  expect(calls.slice(1)).toEqual(['end']);
  expect(listen().calls).toEqual(['end']);
});

import { describe, expect, it } from 'vitest';
import { SourceFacts } from './source-facts.ts';

const NO_BYTES = new Uint8Array();
const track = (widthPx: number, heightPx: number) =>
  ({ kind: 'video', timescaleHz: 90_000, configuration: NO_BYTES, bitrateBps: 0, widthPx, heightPx }) as const;

describe('what a publisher sends', () => {
  it('is its protocol, before anything else came', () => {
    const facts = new SourceFacts('rtmps');
    facts.take({ kind: 'metadata', widthPx: 640, heightPx: 360 });
    expect(facts.told).toEqual({ protocol: 'rtmps' });
  });

  it('is of no size without a picture of its own', () => {
    const facts = new SourceFacts('rtmp');
    facts.decoded({ widthPx: 1_280, heightPx: 720 });
    expect(facts.told).toEqual({ protocol: 'rtmp' });
    facts.take({ kind: 'video-config', codec: 'av1', extradata: NO_BYTES });
    expect(facts.told).toEqual({ protocol: 'rtmp', videoCodec: 'av1', widthPx: 1_280, heightPx: 720 });
  });

  it('is the largest of tracks that come encoded', () => {
    const facts = new SourceFacts('cmaf');
    for (const [widthPx, heightPx] of [
      [640, 360],
      [1_920, 1_080],
      [1_280, 720],
    ] as const) {
      facts.take({ kind: 'samples', trackName: `${heightPx}`, track: track(widthPx, heightPx), samples: [] });
    }
    expect(facts.told).toEqual({ protocol: 'cmaf', videoCodec: 'h264', widthPx: 1_920, heightPx: 1_080 });
  });

  it('has sides that fit into an event', () => {
    const facts = new SourceFacts('rtmp');
    facts.take({ kind: 'video-config', codec: 'h264', extradata: NO_BYTES });
    facts.decoded({ widthPx: 0.2, heightPx: 70_000 });
    expect(facts.told).toMatchObject({ widthPx: 1, heightPx: 16_384 });
  });
});

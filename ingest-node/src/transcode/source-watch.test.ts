import { describe, expect, it } from 'vitest';
import { SourceWatch } from './source-watch.ts';

const HD = { widthPx: 1_280, heightPx: 720 };
const SECOND = 1_000_000;

function told(watch: SourceWatch): string[] {
  const codes: string[] = [];
  for (let code = watch.poll(); code !== undefined; code = watch.poll()) codes.push(code);
  return codes.sort();
}

/** Media of both kinds at each half second up to `untilUs`. */
function play(watch: SourceWatch, fromUs: number, untilUs: number): void {
  for (let nowUs = fromUs; nowUs <= untilUs; nowUs += SECOND / 2) {
    watch.picture(HD, nowUs);
    watch.sound(nowUs);
    watch.advance(nowUs, 0);
  }
}

describe('the watch over a source', () => {
  it('has nothing to say of one that is as it should be', () => {
    const watch = new SourceWatch(0);
    play(watch, 0, 60 * SECOND);
    expect(told(watch)).toEqual([]);
  });

  it('tells that a kind of media is missing after two seconds, once, and again after it was there', () => {
    const watch = new SourceWatch(0);
    watch.picture(HD, 0);
    watch.advance(2 * SECOND - 1, 0);
    expect(told(watch)).toEqual([]);
    watch.advance(2 * SECOND, 0);
    expect(told(watch)).toEqual(['audio-missing', 'video-missing']);
    watch.advance(30 * SECOND, 0);
    expect(told(watch)).toEqual([]);
    watch.sound(30 * SECOND);
    watch.advance(33 * SECOND, 0);
    expect(told(watch)).toEqual(['audio-missing']);
  });

  it('does not call media missing while the publisher is gone', () => {
    const watch = new SourceWatch(0);
    play(watch, 0, SECOND);
    watch.left();
    watch.advance(20 * SECOND, 0);
    expect(told(watch)).toEqual([]);
    watch.joined(20 * SECOND);
    watch.advance(21 * SECOND, 0);
    expect(told(watch)).toEqual([]);
    watch.advance(22 * SECOND, 0);
    expect(told(watch)).toEqual(['audio-missing', 'video-missing']);
  });

  it('tells B-frames from a timestamp that slipped', () => {
    const packets = (order: readonly number[]) => {
      const watch = new SourceWatch(0);
      for (const [dts, pts] of order.entries()) {
        watch.videoPacket({ ptsUs: pts * 33_000, dtsUs: dts * 33_000, isKeyframe: dts === 0 }, dts * 33_000);
      }
      return told(watch);
    };
    expect(packets([0, 3, 1, 2, 6, 4, 5, 9, 7, 8])).toEqual(['b-frames']);
    expect(packets([0, 1, 3, 2, 4, 5, 6, 7, 8, 9])).toEqual([]);
    expect(packets([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([]);
  });

  it('tells of a keyframe interval beyond five seconds', () => {
    const interval = (everyUs: number) => {
      const watch = new SourceWatch(0);
      for (let nowUs = 0; nowUs <= 12 * SECOND; nowUs += SECOND / 10) {
        watch.videoPacket({ ptsUs: nowUs, dtsUs: nowUs, isKeyframe: nowUs % everyUs === 0 }, nowUs);
      }
      return told(watch);
    };
    expect(interval(5 * SECOND)).toEqual([]);
    expect(interval(6 * SECOND)).toEqual(['long-gop']);
  });

  it('tells of a size that changes, and not of the first one', () => {
    const watch = new SourceWatch(0);
    watch.picture(HD, 0);
    watch.picture(HD, 1);
    expect(told(watch)).toEqual([]);
    watch.picture({ widthPx: 640, heightPx: 360 }, 2);
    expect(told(watch)).toEqual(['resolution-changed']);
  });

  it('tells of decoding errors from three in a second on', () => {
    const watch = new SourceWatch(0);
    play(watch, 0, SECOND);
    watch.advance(SECOND, 2);
    expect(told(watch)).toEqual([]);
    watch.advance(2 * SECOND, 5);
    expect(told(watch)).toContain('decode-errors');
    watch.advance(2 * SECOND, 5);
    expect(told(watch)).not.toContain('decode-errors');
  });
});

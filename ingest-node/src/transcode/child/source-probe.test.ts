import { afterEach, describe, expect, it } from 'vitest';
import { newFrame } from './picture.ts';
import { SourceProbe } from './source-probe.ts';

const SIZE = { widthPx: 64, heightPx: 64 };
const PICTURE_US = 33_333;
const SOUND = { left: new Float32Array(1_024), right: new Float32Array(1_024), ptsUs: 0, durationUs: 21_333 };

describe('the probe of a source', () => {
  let probe = new SourceProbe();
  afterEach(() => {
    for (const { frame } of probe.release().pictures) frame.free();
    probe = new SourceProbe();
  });

  /** Pictures of 30 fps; each comes `everyUs` after the one before it. */
  function see(count: number, everyUs = PICTURE_US): number {
    for (let index = 0; index < count; index += 1) {
      const ptsUs = index * PICTURE_US;
      probe.picture({ frame: newFrame(SIZE), ptsUs, timeUs: ptsUs, atUs: index * everyUs });
    }
    return (count - 1) * everyUs;
  }

  it('knows after three pictures that agree with what is stated, and after ten where nothing is', () => {
    probe.stateFrameRate(30);
    expect(probe.found(see(2))).toBeUndefined();
    probe.release().pictures.map(({ frame }) => frame.free());
    probe = new SourceProbe();
    probe.stateFrameRate(30);
    expect(probe.found(see(3))).toMatchObject({ frameRate: { num: 30, den: 1 }, size: SIZE });
    probe.release().pictures.map(({ frame }) => frame.free());
    probe = new SourceProbe();
    expect(probe.found(see(9))).toBeUndefined();
  });

  it('waits while pictures come faster than real time, holds few of them, and not for ever', () => {
    probe.stateFrameRate(30);
    const nowUs = see(60, 1_000);
    expect(probe.found(nowUs)).toBeUndefined();
    expect(probe.droppedCount).toBe(36);
    expect(probe.found(700_000 - 1)).toBeUndefined();
    expect(probe.found(700_000)).toMatchObject({ frameRate: { num: 30, den: 1 } });
    expect(probe.release().pictures.map(({ ptsUs }) => ptsUs / PICTURE_US)).toEqual(
      Array.from({ length: 24 }, (_, index) => 36 + index),
    );
  });

  it('does without a picture after 1.5 s of sound, and after 5 s where one was named', () => {
    expect(probe.deadlineUs).toBe(Number.POSITIVE_INFINITY);
    expect(probe.best()).toBeUndefined();
    probe.sound({ sound: SOUND, timeUs: 0, atUs: 0 });
    expect(probe.found(1_499_999)).toBeUndefined();
    expect(probe.found(1_500_000)).toMatchObject({ size: { widthPx: 1_280, heightPx: 720 } });
    probe.namePicture();
    expect(probe.found(4_999_999)).toBeUndefined();
    expect(probe.found(5_000_000)).toBeDefined();
  });

  it('takes a stated size only where it is sane, and only where no picture says otherwise', () => {
    probe.sound({ sound: SOUND, timeUs: 0, atUs: 0 });
    probe.stateSize(1e9, 2);
    probe.stateSize(640, undefined);
    expect(probe.best()?.size).toEqual({ widthPx: 1_280, heightPx: 720 });
    probe.stateSize(640, 360);
    expect(probe.best()?.size).toEqual({ widthPx: 640, heightPx: 360 });
    see(1);
    expect(probe.best()?.size).toEqual(SIZE);
  });

  it('holds about two seconds of sound', () => {
    for (let run = 0; run < 500; run += 1) probe.sound({ sound: SOUND, timeUs: run, atUs: run });
    const { sounds } = probe.release();
    expect(sounds).toHaveLength(100);
    expect(sounds.at(-1)?.timeUs).toBe(499);
  });
});

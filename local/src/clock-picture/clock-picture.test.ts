import { describe, expect, it } from 'vitest';
import { ClockPicture } from './clock-picture.ts';
import { CLOCK_BAND_HEIGHT, readClockLuma, readClockRgba } from './clock-reader.ts';
import type { YuvPicture } from './yuv-picture.ts';

const READING = { wallMs: Date.UTC(2026, 10, 24, 16, 20, 59, 987), frameCount: 54_321 };

describe('the clock picture', () => {
  it.each([
    [1_920, 1_080],
    [1_280, 720],
    [640, 360],
    [256, 144],
    [720, 1_280],
    [854, 480],
  ])('can be read at %i x %i', (widthPx, heightPx) => {
    const band = bandOf(new ClockPicture(widthPx, heightPx).draw(READING));
    expect(readClockLuma(band)).toEqual(READING);
  });

  it('can be read after scaling to 360 lines and strong noise', () => {
    const { pixels, widthPx, heightPx } = bandOf(new ClockPicture(1_280, 720).draw(READING));
    const noise = pseudoRandom(7);
    const halved = { widthPx: widthPx / 2, heightPx: heightPx / 2, pixels: new Uint8Array((widthPx * heightPx) / 4) };
    for (let y = 0; y < halved.heightPx; y += 1) {
      for (let x = 0; x < halved.widthPx; x += 1) {
        const at = (dx: number, dy: number) => pixels[(2 * y + dy) * widthPx + 2 * x + dx] ?? 0;
        const average = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
        halved.pixels[y * halved.widthPx + x] = Math.min(255, Math.max(0, average + 120 * (noise() - 0.5)));
      }
    }
    expect(readClockLuma(halved)).toEqual(READING);
  });

  it('can be read from the RGBA of a small canvas', () => {
    const { pixels, widthPx, heightPx } = bandOf(new ClockPicture(1_280, 720).draw(READING));
    const canvas = { widthPx: 320, heightPx: 16, pixels: new Uint8ClampedArray(320 * 16 * 4) };
    for (let at = 0; at < 320 * 16; at += 1) {
      const x = Math.floor((((at % 320) + 0.5) * widthPx) / 320);
      const y = Math.floor(((Math.floor(at / 320) + 0.5) * heightPx) / 16);
      canvas.pixels.fill(pixels[y * widthPx + x] ?? 0, at * 4, at * 4 + 3);
    }
    expect(readClockRgba(canvas)).toEqual(READING);
  });

  it('says nothing for the picture below the clock', () => {
    const picture = new ClockPicture(1_280, 720).draw(READING);
    const pixels = picture.luma.subarray(1_280 * 200, 1_280 * 240);
    expect(readClockLuma({ widthPx: 1_280, heightPx: 40, pixels })).toBeUndefined();
  });

  it('draws over the whole of the picture before', () => {
    const once = new ClockPicture(640, 360);
    const twice = new ClockPicture(640, 360);
    twice.draw({ wallMs: READING.wallMs - 12_345, frameCount: 1 });
    expect(Buffer.compare(twice.draw(READING).bytes, once.draw(READING).bytes)).toBe(0);
  });
});

function bandOf(picture: YuvPicture) {
  const heightPx = Math.round(CLOCK_BAND_HEIGHT * picture.heightPx);
  const pixels = picture.luma.subarray(0, heightPx * picture.widthPx);
  return { widthPx: picture.widthPx, heightPx, pixels };
}

/** The same numbers in every run, from 0 to 1. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

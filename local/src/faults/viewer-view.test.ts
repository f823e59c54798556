import { describe, expect, it } from 'vitest';
import type { ShownFrame } from '../browser/probe-record.ts';
import { isBack, isPlaying, viewerView } from './viewer-view.ts';

const FRAME_MS = 100;
const LATENCY_MS = 2_000;

/** Ten pictures a second, two seconds late. */
function frame(shownAtMs: number, change: { readonly drawnAtMs?: number | undefined } = {}): ShownFrame {
  const drawnAtMs = 'drawnAtMs' in change ? change.drawnAtMs : shownAtMs - LATENCY_MS;
  const clock = drawnAtMs === undefined ? {} : { drawnAtMs, frameCount: 0 };
  return { shownAtMs, ...clock, mediaTimeS: 0, presentedFrames: 0, heightPx: 360 };
}

function frames(fromMs: number, toMs: number, draw: (shownAtMs: number) => ShownFrame = (atMs) => frame(atMs)) {
  return Array.from({ length: (toMs - fromMs) / FRAME_MS }, (_, index) => draw(fromMs + index * FRAME_MS));
}

const FAULT = { fromMs: 10_000, overMs: 15_000 };

describe('what a viewer saw of a fault', () => {
  it('is nothing where the picture went on', () => {
    const view = viewerView({ frames: frames(0, 30_000) }, FAULT, 30_000);
    expect(view).toEqual({
      stoodMs: FRAME_MS,
      stallCount: 0,
      clockStoodMs: FRAME_MS,
      slateMs: 0,
      backAfterMs: LATENCY_MS + FRAME_MS,
      latencyBeforeMs: LATENCY_MS,
      latencyAfterMs: LATENCY_MS,
      heights: [{ heightPx: 360, atMs: -10_000 }],
    });
  });

  it('is a stall where nothing new was shown, and the latency that it left', () => {
    const after = frames(16_000, 30_000, (atMs) => frame(atMs, { drawnAtMs: atMs - 5_000 }));
    const view = viewerView({ frames: [...frames(0, 12_000), ...after] }, FAULT, 30_000);
    expect(view).toMatchObject({ stoodMs: 4_100, stallCount: 1, clockStoodMs: 4_100, slateMs: 0 });
    expect(view).toMatchObject({ latencyBeforeMs: LATENCY_MS, latencyAfterMs: 5_000 });
  });

  it('is no stall where the same picture and then a slate is shown', () => {
    const repeated = frames(12_000, 14_000, (atMs) => frame(atMs, { drawnAtMs: 9_900 }));
    const slate = frames(14_000, 17_000, (atMs) => frame(atMs, { drawnAtMs: undefined }));
    const seen = [...frames(0, 12_000), ...repeated, ...slate, ...frames(17_100, 30_000)];
    const view = viewerView({ frames: seen }, FAULT, 30_000);
    expect(view).toMatchObject({ stallCount: 0, clockStoodMs: 5_200, slateMs: 3_100 });
  });

  it('stands until the end where nothing comes any more', () => {
    const record = { frames: frames(0, 12_000) };
    expect(viewerView(record, FAULT, 30_000)).toMatchObject({ stoodMs: 18_100, stallCount: 1 });
    expect(viewerView(record, FAULT, 30_000).backAfterMs).toBeUndefined();
    expect(isBack(record, FAULT.overMs)).toBe(false);
  });

  it('tells when the picture changed its size', () => {
    const small = frames(12_000, 20_000, (atMs) => ({ ...frame(atMs), heightPx: 180 }));
    const seen = [...frames(0, 12_000), ...small, ...frames(20_000, 30_000)];
    expect(viewerView({ frames: seen }, FAULT, 30_000).heights).toEqual([
      { heightPx: 360, atMs: -10_000 },
      { heightPx: 180, atMs: 2_000 },
      { heightPx: 360, atMs: 10_000 },
    ]);
  });

  it('leaves out what was before the fault', () => {
    const seen = [...frames(0, 2_000), ...frames(8_000, 30_000)];
    expect(viewerView({ frames: seen }, FAULT, 30_000).stallCount).toBe(0);
  });

  it('is back with the first picture that was drawn after the fault', () => {
    expect(isBack({ frames: [frame(1, { drawnAtMs: 15_000 })] }, FAULT.overMs)).toBe(false);
    expect(isBack({ frames: [frame(1, { drawnAtMs: 15_001 })] }, FAULT.overMs)).toBe(true);
  });

  it('plays as long as a clock was shown a moment ago, however late', () => {
    const record = { frames: [frame(50_000, { drawnAtMs: 1 }), frame(53_000, { drawnAtMs: undefined })] };
    expect(isPlaying(record, 51_000)).toBe(true);
    expect(isPlaying(record, 53_000)).toBe(false);
  });
});

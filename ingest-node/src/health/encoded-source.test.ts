import { describe, expect, it } from 'vitest';
import { pictureTrack, programme, soundTrack } from '../tracks/track-fixture.ts';
import { FIGURES_EVERY_MS, type HealthNotice, SourceHealth } from './source-health.ts';

/** A publisher of two pictures and sound, whose pieces come a segment at a time. */
function noticesOf(pieceS: number): HealthNotice[] {
  const health = new SourceHealth({ bitrateBpsMax: 50_000_000, nowMs: 0 });
  const notices: HealthNotice[] = [];
  const tracks = { high: pictureTrack(720), low: pictureTrack(360), sound: soundTrack() };
  for (const { atS, samples } of programme({ tracks, toS: 40, pieceS })) {
    health.take(samples, atS * 1_000);
    health.advance(atS * 1_000, 0);
    for (let notice = health.poll(); notice !== undefined; notice = health.poll()) notices.push(notice);
  }
  return notices;
}

describe('the figures of renditions that come encoded', () => {
  it('are those of one picture, and the bytes of all', () => {
    const figures = noticesOf(0.5).flatMap((notice) => (notice.kind === 'figures' ? [notice.figures] : []));
    expect(figures.length).toBeGreaterThanOrEqual(Math.floor(40_000 / FIGURES_EVERY_MS) - 1);
    const last = figures.at(-1);
    expect(last?.fps).toBeCloseTo(30, 0);
    expect(last?.keyframeIntervalMs).toBe(2_133);
    expect(last?.bitrateBps).toBeGreaterThan(0);
  });

  it('do not call it uneven when a segment comes at a time', () => {
    expect(noticesOf(64 / 30).filter(({ kind }) => kind === 'warning')).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { VIEWER_REPORT_BYTES_MAX, ViewerReport } from './viewer-report.ts';

const LEAST = { playedMs: 0, stalls: 0, stalledMs: 0, isLive: false, droppedFrames: 0 };
const MOST = {
  playedMs: 60_000,
  stalls: 1_000,
  stalledMs: 60_000,
  isLive: true,
  droppedFrames: 100_000,
  latencyMs: 86_400_000,
  startupMs: 600_000,
  bufferMs: 600_000,
  bitrateBps: 500_000_000,
  renditionId: 'v10800-abcdefgh+a12800-abcdefgh',
  engine: 'hls.js',
  failure: 'unsupported',
};

describe('a player’s report', () => {
  it('may say little, and all of it in half of the bytes that are read', () => {
    expect(ViewerReport.safeParse(LEAST).success).toBe(true);
    expect(ViewerReport.safeParse(MOST).success).toBe(true);
    expect(JSON.stringify(MOST).length).toBeLessThan(VIEWER_REPORT_BYTES_MAX / 2);
  });

  it.each([
    ['more than a minute', { playedMs: 60_001 }],
    ['a fraction', { latencyMs: 1.5 }],
    ['less than nothing', { bufferMs: -1 }],
    ['a number that is none', { stalledMs: Number.NaN }],
    ['a text for a number', { stalls: '1' }],
    ['a rendition that is none', { renditionId: 'v720"' }],
    ['two pictures', { renditionId: 'v720+v360' }],
    ['an engine that nobody knows', { engine: 'flash' }],
    ['a failure in words', { failure: 'it broke' }],
    ['who it is', { viewerId: '7' }],
  ])('is none with %s', (_what, changes) => {
    expect(ViewerReport.safeParse({ ...LEAST, ...changes }).success).toBe(false);
  });

  it.each(Object.keys(LEAST))('is none without %s', (field) => {
    const { [field]: _left, ...rest } = LEAST as Record<string, unknown>;
    expect(ViewerReport.safeParse(rest).success).toBe(false);
  });
});

import { mediaGrid } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { type CutPart, Packager } from '../package/packager.ts';
import { fakeBroadcast, V720, videoFrame } from '../package/packaging-fixture.ts';
import { SegmentAssembly } from './segment-assembly.ts';

const FRAME_RATE = { num: 30, den: 1 };
const grid = mediaGrid('low', FRAME_RATE);

function partsOf(segmentCount: number): CutPart[] {
  const packager = new Packager(fakeBroadcast('low', FRAME_RATE));
  const frames = Array.from({ length: segmentCount * grid.framesPerSegment }, (_, index) =>
    videoFrame(V720, grid, index),
  );
  return frames.flatMap((frame) => packager.push(frame, 0) ?? []);
}

function lastOf(parts: readonly CutPart[], msn: number) {
  const part = parts.findLast(({ announced }) => announced.msn === msn);
  if (part === undefined) throw new Error(`no segment ${msn}`);
  return part.announced;
}

describe('a segment put together', () => {
  const parts = partsOf(6);

  it('is the bytes of its parts, one after the other, once', () => {
    const assembly = new SegmentAssembly();
    for (const part of parts.slice(0, 6)) assembly.add(part);
    const expected = Buffer.concat(parts.slice(0, 4).map(({ bytes }) => bytes));
    expect(assembly.take(lastOf(parts, 1))).toEqual(expected);
    expect(assembly.take(lastOf(parts, 1))).toBeUndefined();
  });

  it('is not there before its last part', () => {
    const assembly = new SegmentAssembly();
    for (const part of parts.slice(0, 3)) assembly.add(part);
    expect(assembly.take(lastOf(parts, 1))).toBeUndefined();
  });

  it('is not there when a part of it was lost, and the next one is', () => {
    const assembly = new SegmentAssembly();
    for (const part of parts) assembly.add(part);
    if (parts[1] !== undefined) assembly.lost(parts[1].announced);
    expect(assembly.take(lastOf(parts, 1))).toBeUndefined();
    expect(assembly.take(lastOf(parts, 3))).toBeDefined();
  });

  it('is not there when another node made its first parts, and the next one is', () => {
    const assembly = new SegmentAssembly();
    for (const part of parts.slice(2)) assembly.add(part);
    expect(assembly.take(lastOf(parts, 1))).toBeUndefined();
    expect(assembly.take(lastOf(parts, 3))).toBeDefined();
  });

  it('is given up when it is one of too many that nobody takes', () => {
    const assembly = new SegmentAssembly();
    for (const part of parts) assembly.add(part);
    expect([1, 2, 3, 6].map((msn) => assembly.take(lastOf(parts, msn)) !== undefined)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

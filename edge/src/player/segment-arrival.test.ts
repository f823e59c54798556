import { describe, expect, it } from 'vitest';
import { LineEstimate } from './line-estimate.ts';
import { SegmentArrival } from './segment-arrival.ts';

const PART_TARGET_S = 0.5;
const HEADER_BYTES = 8;

/** A part of nothing but an `mdat`. */
function partOf(bytes: number): Uint8Array {
  const part = new Uint8Array(bytes);
  new DataView(part.buffer).setUint32(0, bytes);
  part.set(new TextEncoder().encode('mdat'), 4);
  return part;
}

function following({ hasParts = true } = {}) {
  const told: string[] = [];
  const counts: number[] = [];
  const line = new LineEstimate();
  const arrival = new SegmentArrival({
    line,
    partTargetS: PART_TARGET_S,
    hasParts,
    startS: 20,
    partsPerSegment: 4,
    askedAtMs: -10,
    events: {
      onOpen: () => told.push('open'),
      onEdge: () => told.push('edge'),
      onHeldBack: () => told.push('held back'),
      onPart: () => counts.push(arrival.partCount),
    },
  });
  return { arrival, line, told, counts };
}

describe('an answer with a segment', () => {
  it('that is still being made tells the edge with each part that was waited for', () => {
    const { arrival, told } = following();
    arrival.begin({ hasLength: false, atMs: 0 });
    expect(told).toEqual(['open']);
    for (const atMs of [5, 10]) arrival.took(partOf(1_000), atMs);
    expect(told).toEqual(['open']);
    for (const atMs of [500, 1_000]) arrival.took(partOf(1_000), atMs);
    expect(told).toEqual(['open', 'edge', 'edge']);
  });

  it('that was made before tells nothing of the edge, however slowly it comes', () => {
    const { arrival, told } = following();
    arrival.begin({ hasLength: true, atMs: 0 });
    for (const atMs of [400, 900]) arrival.took(partOf(1_000), atMs);
    expect(told).toEqual([]);
  });

  it('tells the edge all the same where segments are asked for when they are whole', () => {
    const { arrival, told } = following({ hasParts: false });
    arrival.begin({ hasLength: true, atMs: 0 });
    arrival.took(partOf(1_000), 5);
    expect(told).toEqual(['edge']);
  });

  it('tells what the line carries, without the wait for each part', () => {
    const { arrival, line } = following();
    arrival.begin({ hasLength: false, atMs: 0 });
    const part = partOf(50_000);
    for (const beginsMs of [500, 1_000]) {
      arrival.took(part.subarray(0, HEADER_BYTES), beginsMs);
      arrival.took(part.subarray(HEADER_BYTES), beginsMs + 100);
    }
    expect(line.bps).toBe(4_000_000);
  });

  it('begins the measure anew with a part that took about as long as it plays', () => {
    const { arrival, line } = following();
    arrival.begin({ hasLength: false, atMs: 0 });
    const part = partOf(50_000);
    for (const [beginsMs, endsMs] of [
      [500, 501],
      [1_000, 1_400],
    ] as const) {
      arrival.took(part.subarray(0, HEADER_BYTES), beginsMs);
      arrival.took(part.subarray(HEADER_BYTES), endsMs);
    }
    expect(line.bps).toBe(1_000_000);
  });

  it('tells that the line is slow before the part is whole', () => {
    const { arrival, line } = following();
    arrival.begin({ hasLength: false, atMs: 0 });
    arrival.took(partOf(50_000), 500);
    arrival.took(partOf(50_000).subarray(0, 25_000), 1_000);
    arrival.look(1_300);
    expect(line.bps).toBe(200_000_000);
    arrival.look(1_400);
    expect(line.bps).toBe(500_000);
  });

  it('counts its parts, from the beginning where it has to be asked for again', () => {
    const { arrival, counts } = following();
    arrival.begin({ hasLength: false, atMs: 0 });
    for (const atMs of [500, 1_000]) arrival.took(partOf(1_000), atMs);
    arrival.took(partOf(1_000).subarray(0, 500), 1_500);
    arrival.begin({ hasLength: false, atMs: 2_000 });
    arrival.took(partOf(1_000), 2_001);
    expect(counts).toEqual([1, 2, 1]);
    expect(arrival.byteCount).toBe(1_000);
  });

  it.each([true, false])(
    'tells the edge when it is whole where it was held until then: length known, %s',
    (hasLength) => {
      const { arrival, told } = following();
      arrival.begin({ hasLength, atMs: 2_000 });
      for (let count = 0; count < 4; count += 1) arrival.took(partOf(1_000), 2_001);
      expect(told.filter((word) => word !== 'open')).toEqual(['held back']);
    },
  );
});

import { describe, expect, it } from 'vitest';
import type { SourceEvent } from '../../media/source.ts';
import { SoundPacing } from './sound-pacing.ts';

const frame = (ptsMs: number): SourceEvent => ({
  kind: 'audio',
  ptsUs: ptsMs * 1_000,
  dtsUs: ptsMs * 1_000,
  isKeyframe: true,
  payload: new Uint8Array(),
});
const CONFIG: SourceEvent = {
  kind: 'audio-config',
  codec: 'aac',
  extradata: new Uint8Array(),
  sampleRateHz: 48_000,
  channelCount: 2,
};
/** Packets with their times of arrival; what comes out, and when. */
function paced(packets: readonly (readonly [nowMs: number, ptsMs: readonly number[]])[]): [number, number][] {
  const pacing = new SoundPacing();
  const out: [number, number][] = [];
  const note = (event: SourceEvent, nowMs: number) => {
    if (event.kind === 'audio') out.push([event.ptsUs / 1_000, nowMs]);
  };
  const until = (endMs: number) => {
    while (pacing.deadlineMs < endMs) {
      const nowMs = pacing.deadlineMs;
      for (let event = pacing.take(nowMs); event !== undefined; event = pacing.take(nowMs)) note(event, nowMs);
    }
  };
  for (const [nowMs, ptsMs] of packets) {
    until(nowMs);
    for (const event of pacing.put(ptsMs.map(frame), nowMs)) note(event, nowMs);
  }
  until(Number.POSITIVE_INFINITY);
  return out;
}

describe('the pace of sound', () => {
  it('makes each frame of a packet as late as the others', () => {
    const out = paced([
      [1_060, [0, 20, 40, 60]],
      [1_140, [80, 100, 120, 140]],
    ]);
    expect(out.map(([ptsMs, nowMs]) => nowMs - ptsMs)).toEqual(Array.from({ length: 8 }, () => 1_060));
  });

  it('changes nothing where each frame has its own packet', () => {
    const packets = [0, 20, 40].map((ms) => [1_000 + ms, [ms]] as const);
    expect(paced(packets)).toEqual([0, 20, 40].map((ms) => [ms, 1_000 + ms]));
  });

  it('is over when the next packet is there, so that sound catches up after a stall', () => {
    const out = paced([
      [2_000, [0, 20, 40]],
      [2_000, [60, 80, 100]],
      [2_005, [120, 140]],
    ]);
    expect(out).toEqual([
      [0, 2_000],
      [20, 2_000],
      [40, 2_000],
      [60, 2_000],
      [80, 2_005],
      [100, 2_005],
      [120, 2_005],
      [140, 2_025],
    ]);
  });

  it('holds nothing for long, whatever the timestamps say, and keeps the order', () => {
    const out = paced([[0, [0, 1_000_000, -5, 20]]]);
    expect(out).toEqual([
      [0, 0],
      [1_000_000, 400],
      [-5, 400],
      [20, 400],
    ]);
  });

  it('does not end for a packet without a frame, gives a configuration before its frame, and all at the end', () => {
    const pacing = new SoundPacing();
    expect(pacing.put([CONFIG, frame(0), frame(20)], 100)).toEqual([]);
    expect([pacing.take(100), pacing.take(100), pacing.take(119)]).toEqual([CONFIG, frame(0), undefined]);
    expect(pacing.put([], 110)).toEqual([]);
    expect(pacing.deadlineMs).toBe(120);
    expect(pacing.flush()).toEqual([frame(20)]);
    expect(pacing.deadlineMs).toBe(Number.POSITIVE_INFINITY);
  });
});

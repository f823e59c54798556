import { describe, expect, it, vi } from 'vitest';
import { commonStart } from './common-start.ts';
import { pictureTrack, soundTrack } from './track-fixture.ts';
import { TrackLane } from './track-lane.ts';

const FRAME_RATE = { num: 30, den: 1 };

/** A lane with samples at these moments, in seconds. */
function lane(name: string, times: readonly number[], isKeyframe: (index: number) => boolean = () => true): TrackLane {
  const track = name === 'sound' ? soundTrack() : pictureTrack(720);
  const filled = new TrackLane(name, track);
  const samples = times.map((timeS, index) => ({
    timeTicks: Math.round(timeS * track.timescaleHz),
    durationTicks: 1,
    isKeyframe: isKeyframe(index),
    payload: Uint8Array.of(1),
  }));
  filled.hold({ samples }, 0);
  return filled;
}

function every(stepS: number, count: number, fromS = 0): number[] {
  return Array.from({ length: count }, (_, index) => fromS + index * stepS);
}

describe('the moment at which all tracks can begin', () => {
  it('is the first keyframe of all pictures that has sound', () => {
    const pictures = [0, 0.5].map((fromS) => lane('picture', every(1 / 30, 90, fromS), (index) => index % 15 === 0));
    const sound = lane('sound', every(1_024 / 48_000, 200, 0.9));
    const start = commonStart({ lanes: [...pictures, sound], frameRate: FRAME_RATE, soundLeadS: 0 });
    expect(start?.startS).toBe(1);
    expect([...(start?.indexes.values() ?? [])]).toEqual([30, 15, 5]);
    expect(start?.gopFrames).toEqual([15, 15]);
  });

  it('is none before the next keyframe has come', () => {
    const picture = lane('picture', every(1 / 30, 15), (index) => index === 0);
    expect(commonStart({ lanes: [picture], frameRate: FRAME_RATE, soundLeadS: 0 })).toBeUndefined();
  });

  it('is looked for once in each sample, however many keyframes and sounds there are', () => {
    const lanes = [lane('picture', every(1 / 30, 400, 1_000)), lane('sound', every(1 / 48_000, 20_000))];
    const looks = vi.spyOn(TrackLane.prototype, 'timeS');
    expect(commonStart({ lanes, frameRate: FRAME_RATE, soundLeadS: 0 })).toBeUndefined();
    expect(looks.mock.calls.length).toBeLessThan(2 * 20_400);
    looks.mockRestore();
  });
});

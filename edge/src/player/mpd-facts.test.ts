import { BroadcastId, LATENCY_PROFILE_NAMES } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { mediaPresentation } from '../dash/media-presentation.ts';
import { A128, STARTED_AT_MS, TestBroadcast, type TestBroadcastOptions } from '../testing/test-broadcast.ts';
import { LiveWindow } from '../window/live-window.ts';
import { mpdFacts } from './mpd-facts.ts';

const BROADCAST_ID = BroadcastId.parse('0mww8blwx4z6wtlh8p63');
/** More than three segments, of any profile. */
const PARTS = 40;

/** The edge's own MPD of a broadcast that has begun. */
function stage(options: TestBroadcastOptions = {}) {
  const broadcast = new TestBroadcast(options);
  const window = new LiveWindow({ description: broadcast.description, dvrWindowS: 30 });
  for (let ordinal = 0; ordinal < PARTS; ordinal += 1) {
    window.append(broadcast.description.renditions.map(({ id }) => broadcast.part(ordinal, id)));
  }
  return { broadcast, window, facts: () => mpdFacts(mediaPresentation(window, BROADCAST_ID)) };
}

describe('what the page reads of an MPD', () => {
  it.each(LATENCY_PROFILE_NAMES)('is the timing that the playlists have, too: %s', (profile) => {
    const { window, facts } = stage({ profile });
    const { partHoldBackMs, holdBackS, grid, listsParts } = window.timing;
    const frameS = grid.frameDurationTicks / grid.videoTimescaleHz;
    const { timing, ...others } = facts() ?? {};
    expect(others).toEqual({
      startMs: STARTED_AT_MS,
      isStatic: false,
      leading: 'video',
      hasParts: listsParts,
      partsPerSegment: listsParts ? grid.partsPerSegment : 1,
      presentationDelayS: listsParts ? 0.5 : holdBackS,
    });
    expect(timing?.partTargetS).toBeCloseTo((listsParts ? grid.framesPerPart : grid.framesPerSegment) * frameS, 2);
    expect(timing?.holdBackS).toBeCloseTo(listsParts ? partHoldBackMs / 1_000 : holdBackS - (timing?.partTargetS ?? 0));
  });

  it('is that the sound leads where there is no picture', () => {
    expect(stage({ renditionIds: [A128] }).facts()?.leading).toBe('audio');
  });

  it('is that nothing more comes after the end', () => {
    const { window, facts } = stage();
    window.end();
    expect(facts()).toMatchObject({ startMs: STARTED_AT_MS, isStatic: true });
  });

  it.each(['', '<MPD type="dynamic"/>', '<MPD availabilityStartTime="yesterday">', 'not found'])(
    'is nothing where it is none of ours: %j',
    (text) => {
      expect(mpdFacts(text)).toBeUndefined();
    },
  );
});

import { ChannelId, type PartAnnounced } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { V720 } from '../testing/test-broadcast.ts';
import { TestRecording } from '../testing/test-recording.ts';
import { doubtfulSegments } from './doubtful-segments.ts';
import { draftedRecording } from './recording-draft.ts';

const GAP: Partial<PartAnnounced> = { isGap: true, sizeBytes: 0, isIndependent: false };
const PARTS = 4;

/** Segments 1 and 2, whatever comes then, and which of one rendition are looked at from the second on. */
function lookedAt(then: (recording: TestRecording) => void): { msn: number; isListed: boolean }[] {
  const test = new TestRecording({ renditionIds: [V720] });
  test.goOn(0, 2 * PARTS);
  then(test);
  const recording = draftedRecording(test.draft(), test.chunks, ChannelId.parse('demo'));
  return doubtfulSegments(recording, [{ firstMsn: 2, lastMsn: 6 }]).map(({ segment, isListed }) => ({
    msn: segment.msn,
    isListed,
  }));
}

const listed = (msn: number) => ({ msn, isListed: true });
const untold = (msn: number) => ({ msn, isListed: false });

describe('segments that may be in the bucket', () => {
  it('are those that were told, and those that would come next', () => {
    expect(lookedAt(() => undefined)).toEqual([listed(2), untold(3), untold(4), untold(5), untold(6)]);
  });

  it('are gaps too that are whole', () => {
    const seen = lookedAt((recording) => {
      recording.goOn(2 * PARTS, 4 * PARTS, GAP);
      recording.goOn(4 * PARTS, 6 * PARTS);
    });
    expect(seen).toEqual([listed(2), untold(3), untold(4), listed(5), listed(6)]);
  });

  it('are gaps too that were begun: what was told of them was kept, and the rest was not', () => {
    const seen = lookedAt((recording) => {
      recording.goOn(2 * PARTS, 2 * PARTS + 1);
      recording.goOn(2 * PARTS + 1, 3 * PARTS, GAP);
      recording.goOn(3 * PARTS, 4 * PARTS);
    });
    expect(seen).toEqual([listed(2), untold(3), listed(4), untold(5), untold(6)]);
  });

  it('are no gaps whose end is there', () => {
    const seen = lookedAt((recording) => {
      recording.goOn(2 * PARTS, 3 * PARTS - 1, GAP);
      recording.goOn(3 * PARTS - 1, 4 * PARTS);
    });
    expect(seen).toEqual([listed(2), listed(4), untold(5), untold(6)]);
  });

  it('are none behind a segment that was cut short', () => {
    expect(lookedAt((recording) => recording.goOn(2 * PARTS, 3 * PARTS - 1))).toEqual([listed(2), listed(3)]);
  });

  it('are no gaps of encoders whose media needs another init segment', () => {
    const seen = lookedAt((recording) => {
      recording.redescribe(1);
      recording.goOn(2 * PARTS, 3 * PARTS, { ...GAP, initVersion: 1 });
      recording.goOn(3 * PARTS, 4 * PARTS, { initVersion: 1 });
    });
    expect(seen).toEqual([listed(2), listed(4), untold(5), untold(6)]);
  });
});

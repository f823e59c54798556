import {
  BroadcastDescription,
  BroadcastId,
  type ChannelId,
  isPrivateBroadcast,
  Msn,
  RenditionId,
} from '@sluice/contracts';
import { z } from 'zod';
import { Storyboards } from '../thumbnails/storyboards.ts';
import type { LiveWindow } from '../window/live-window.ts';
import { runWithin } from '../window/segment-run.ts';
import { gapMs } from './gap-time.ts';
import { archivesOf, gridsOf, type RecordedTimeline, statesOf } from './recorded-timeline.ts';
import { Recording } from './recording.ts';
import { Bitrate, type RecordingManifest, recordingManifest } from './recording-manifest.ts';
import { type KeptTimeline, type TimelineArchives, TimelineState } from './timeline-state.ts';

/** A recording whose broadcast is over, and whose manifest is not in the bucket yet. One row, beside its chunks. */
export const RecordingDraft = z.object({
  broadcastId: BroadcastId,
  description: BroadcastDescription,
  bitrates: z.record(RenditionId, Bitrate),
  timeline: TimelineState,
  storyboards: Storyboards.optional(),
  endedAtMs: z.int().positive(),
  /** Of the doubtful segments, how many were looked at. */
  checkedCount: z.int().nonnegative(),
  /** Of these, those that are not in the bucket. */
  missing: z.record(RenditionId, z.array(Msn)),
});
export type RecordingDraft = z.infer<typeof RecordingDraft>;

export interface EndedBroadcast {
  readonly broadcastId: BroadcastId;
  readonly window: LiveWindow;
  readonly timeline: RecordedTimeline;
  readonly storyboards?: Storyboards | undefined;
  readonly endedAtMs: number;
}

/** What is to become the recording of a broadcast that has just ended. */
export function recordingDraft({
  broadcastId,
  window,
  timeline,
  storyboards,
  endedAtMs,
}: EndedBroadcast): RecordingDraft {
  timeline.doubtNewest();
  return {
    broadcastId,
    description: window.description,
    bitrates: bitratesOf(window),
    timeline: timeline.state(),
    ...(storyboards && { storyboards }),
    endedAtMs,
    checkedCount: 0,
    missing: {},
  };
}

/** As measured so far. */
export function bitratesOf({ renditions }: LiveWindow): Record<string, Bitrate> {
  return Object.fromEntries(
    [...renditions].map(([id, { bitrate, rendition }]) => {
      const averageBps = bitrate.averageBps();
      return [
        id,
        { peakBps: bitrate.peakBps(rendition.bitrateBpsMax), ...(averageBps !== undefined && { averageBps }) },
      ];
    }),
  );
}

/** What is recorded, as far as it is known by now. */
export function draftedRecording(
  draft: RecordingDraft,
  chunks: KeptTimeline['chunks'],
  channelId: ChannelId,
): Recording {
  const { broadcastId, description, bitrates, timeline } = draft;
  const whole = archivesOf(gridsOf(description), [...chunks, timeline.tail]);
  const pieces = [withGaps(draft, statesOf(whole))];
  return new Recording({
    channelId,
    broadcastId,
    description,
    bitrates,
    timeline: pieces,
    dateRanges: timeline.dateRanges,
  });
}

/** The manifest of a recording of which all was looked at. */
export function draftedManifest(draft: RecordingDraft, recording: Recording): RecordingManifest {
  const { channelId, broadcastId, description, bitrates } = recording;
  const { sizesBytes, dateRanges } = draft.timeline;
  const { fromMs = 0, toMs = 0 } = recording;
  return recordingManifest({
    channelId,
    broadcastId,
    isPrivate: isPrivateBroadcast(broadcastId),
    description,
    timeline: recording.timelineWithin(0, Infinity),
    bitrates,
    dateRanges,
    ...(draft.storyboards && { storyboards: draft.storyboards }),
    totals: {
      durationMs: toMs - fromMs,
      sizeBytes: Object.values(sizesBytes).reduce((sum, sizeBytes) => sum + sizeBytes, 0),
      gapMs: gapMs(recording),
    },
  });
}

/** The timeline, in which what is missing is a gap. */
function withGaps({ description, missing }: RecordingDraft, timeline: TimelineArchives): TimelineArchives {
  const grids = gridsOf(description);
  const before = archivesOf(grids, [timeline]);
  const after = archivesOf(grids, []);
  for (const [id, grid] of grids) {
    const archive = after.get(id);
    const lost = [...new Set(missing[id])].sort((a, b) => a - b);
    for (const run of before.get(id)?.runs ?? []) {
      const endMsn = run.msn + run.count;
      let fromMsn = run.msn;
      for (const msn of lost.filter((each) => each >= run.msn && each < endMsn)) {
        const kept = runWithin(run, { fromMsn, toMsn: msn }, grid);
        const gap = runWithin(run, { fromMsn: msn, toMsn: msn + 1 }, grid);
        if (kept !== undefined) archive?.pushRun(kept);
        if (gap !== undefined)
          archive?.pushRun({ ...gap, gapParts: [...(run.partTicks ?? grid.partTicks(msn)).keys()] });
        fromMsn = msn + 1;
      }
      const rest = runWithin(run, { fromMsn, toMsn: endMsn }, grid);
      if (rest !== undefined) archive?.pushRun(rest);
    }
  }
  return statesOf(after);
}

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
import type { ClosedSegment } from '../window/closed-segment.ts';
import type { LiveWindow } from '../window/live-window.ts';
import type { RenditionGrid } from '../window/rendition-grid.ts';
import type { SegmentArchive } from '../window/segment-archive.ts';
import { runOf, runWithin } from '../window/segment-run.ts';
import { untoldSegment } from './doubtful-segments.ts';
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
  /** Segments that are in the bucket, though the timeline has a gap there or has ended. */
  found: z.record(RenditionId, z.array(z.object({ msn: Msn, sizeBytes: z.int().nonnegative() }))).default({}),
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
    found: {},
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
  const pieces = [asChecked(draft, statesOf(whole))];
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
      sizeBytes: sum(Object.values(sizesBytes)) + sum(foundSizesBytes(draft, recording)),
      gapMs: gapMs(recording),
    },
  });
}

/** Of those that have a place in it: what lies behind another one that was not found has none. */
function foundSizesBytes({ found }: RecordingDraft, { renditions }: Recording): number[] {
  return [...renditions].flatMap(([id, { archive }]) =>
    (found[id] ?? [])
      .filter(({ msn }) => archive.segment(msn)?.gapParts.length === 0)
      .map(({ sizeBytes }) => sizeBytes),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** The timeline, in which what is missing is a gap, and what was found is none. */
function asChecked({ description, missing, found }: RecordingDraft, timeline: TimelineArchives): TimelineArchives {
  const grids = gridsOf(description);
  const before = archivesOf(grids, [timeline]);
  const after = archivesOf(grids, []);
  for (const [id, grid] of grids) {
    const [from, to] = [before.get(id), after.get(id)];
    if (from === undefined || to === undefined) continue;
    const changed = [
      ...(missing[id] ?? []).map((msn) => gapInstead(from.segment(msn))),
      ...(found[id] ?? []).map(({ msn }) => untoldSegment(from, msn, grid)),
    ];
    pushChanged(to, { from, grid, changed: changed.filter((segment) => segment !== undefined) });
  }
  return statesOf(after);
}

function gapInstead(segment: ClosedSegment | undefined): ClosedSegment | undefined {
  return segment && { ...segment, gapParts: [...segment.partTicks.keys()] };
}

interface Changes {
  readonly from: SegmentArchive;
  readonly grid: RenditionGrid;
  /** Segments instead of those of their numbers, or behind the last one. */
  readonly changed: readonly ClosedSegment[];
}

function pushChanged(to: SegmentArchive, { from, grid, changed }: Changes): void {
  const inOrder = [...new Map(changed.map((segment) => [segment.msn, segment])).values()].sort((a, b) => a.msn - b.msn);
  for (const run of from.runs) {
    const endMsn = run.msn + run.count;
    let fromMsn = run.msn;
    for (const segment of inOrder.filter(({ msn }) => msn >= run.msn && msn < endMsn)) {
      const kept = runWithin(run, { fromMsn, toMsn: segment.msn }, grid);
      if (kept !== undefined) to.pushRun(kept);
      to.pushRun(runOf(segment, grid));
      fromMsn = segment.msn + 1;
    }
    const rest = runWithin(run, { fromMsn, toMsn: endMsn }, grid);
    if (rest !== undefined) to.pushRun(rest);
  }
  for (const segment of inOrder) if (segment.msn === to.endMsn) to.pushRun(runOf(segment, grid));
}

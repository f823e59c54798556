import type { BroadcastId, ChannelId, ClipCut, ClipId } from '@sluice/contracts';
import type { Broadcast } from '../channel/broadcast.ts';
import { type Refused, refused } from '../channel/channel-replies.ts';
import type { LiveWindow } from '../window/live-window.ts';
import { type ClipManifest, cutClip } from './clip-cut.ts';
import { archivesOf, gridsOf, statesOf } from './recorded-timeline.ts';
import { Recording } from './recording.ts';
import { bitratesOf } from './recording-draft.ts';
import type { PendingRecording } from './recordings.ts';

/** `elsewhere`: it is not the object that knows that broadcast; its recording does, if there is one. */
export type ClipReply =
  | {
      readonly kind: 'cut';
      readonly manifest: ClipManifest;
      /** A slot of the broadcast of which there is a thumbnail. */
      readonly otherSlot?: number | undefined;
    }
  | { readonly kind: 'elsewhere'; readonly broadcastId: BroadcastId }
  | Refused;

/** What an object knows of its channel. */
export interface ClipSources {
  readonly channelId: ChannelId;
  readonly broadcasts: Iterable<Broadcast>;
  /** A recording that is not finished. */
  pending(broadcastId: BroadcastId): PendingRecording | undefined;
}

/** Cuts a clip out of what a channel's object knows: broadcasts that are live, and those that have just ended. */
export function cutFromChannel(
  sources: ClipSources,
  clipId: ClipId,
  { broadcastId, fromMs, toMs }: ClipCut,
): ClipReply {
  const known = [...sources.broadcasts].filter(({ window }) => window !== undefined);
  const fitting =
    broadcastId === undefined
      ? known.filter((each) => isOfTime(each, fromMs, toMs))
      : known.filter((each) => each.broadcastId === broadcastId);
  if (fitting.length > 1) return refused('several-broadcasts');
  const [broadcast] = fitting;
  if (broadcast === undefined) {
    const pending = broadcastId && sources.pending(broadcastId);
    if (pending) return replyOf(cutClip(pending.recording, { ...pending, clipId, fromMs, toMs, isLive: false }));
    return broadcastId === undefined ? refused('no-such-media') : { kind: 'elsewhere', broadcastId };
  }
  const recording = recordingOf(broadcast, sources);
  if (recording === undefined) return { kind: 'elsewhere', broadcastId: broadcast.broadcastId };
  const { storyboards, newestSlot } = broadcast.thumbnails;
  const isLive = broadcast.endedAtMs === undefined;
  return replyOf(cutClip(recording, { clipId, fromMs, toMs, isLive, storyboards }), newestSlot);
}

function replyOf(cut: ClipManifest | Refused, otherSlot?: number): ClipReply {
  return 'kind' in cut ? cut : { kind: 'cut', manifest: cut, otherSlot };
}

/** It has shown some of that time, or is about to. */
function isOfTime({ window, endedAtMs }: Broadcast, fromMs: number, toMs: number): boolean {
  const { startedAtMs = Infinity } = window?.description ?? {};
  const endMs = endedAtMs === undefined ? Infinity : startedAtMs + (window?.endMs ?? 0);
  return startedAtMs < toMs && endMs > fromMs;
}

/** `undefined`: all of it is in its recording. */
function recordingOf(broadcast: Broadcast, { channelId, pending }: ClipSources): Recording | undefined {
  const { broadcastId, window, timeline, isRecorded, endedAtMs } = broadcast;
  if (window === undefined) return undefined;
  if (isRecorded && endedAtMs !== undefined) return pending(broadcastId)?.recording;
  return new Recording({
    channelId,
    broadcastId,
    description: window.description,
    bitrates: bitratesOf(window),
    timeline: [timeline === undefined ? windowTimeline(window) : statesOf(timeline.archives)],
    dateRanges: timeline?.dateRanges ?? window.dateRanges.listed,
  });
}

/** Whole segments that viewers can seek in. */
function windowTimeline({ description, renditions }: LiveWindow) {
  const archives = archivesOf(gridsOf(description), []);
  for (const [id, { archive, recent }] of renditions) {
    for (const run of archive.runs) archives.get(id)?.pushRun(run);
    for (const segment of recent) if (segment.isComplete) archives.get(id)?.push(segment);
  }
  return statesOf(archives);
}

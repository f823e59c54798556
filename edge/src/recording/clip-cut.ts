import { type ClipCut, type ClipCutAnswer, type ClipId, isPrivateBroadcast } from '@sluice/contracts';
import { type Refused, refused } from '../channel/channel-replies.ts';
import { slotsOf } from '../thumbnails/picture-slots.ts';
import { type Storyboards, storyboardsWithin } from '../thumbnails/storyboards.ts';
import { startDateMs } from '../window/playlist-timing.ts';
import { broadcastSpan } from './broadcast-span.ts';
import { gapMs } from './gap-time.ts';
import { type RecordedRendition, Recording } from './recording.ts';
import { type RecordingManifest, recordingManifest } from './recording-manifest.ts';

export interface ClipAsk extends Pick<ClipCut, 'fromMs' | 'toMs'> {
  readonly clipId: ClipId;
  /** Of the broadcast, as far as they are known. */
  readonly storyboards?: Storyboards | undefined;
  /** More of it will come. */
  readonly isLive: boolean;
}

/** The manifest of a clip. */
export type ClipManifest = RecordingManifest & { readonly clip: ClipInfo };
type ClipInfo = NonNullable<RecordingManifest['clip']>;

/**
 * Cuts whole segments out of what is known of a broadcast: from the one that has the first instant to the one that has the
 * last, of all renditions the same. Of a broadcast that has ended a clip is what there is of that time.
 */
export function cutClip(recording: Recording, ask: ClipAsk): ClipManifest | Refused {
  const { clipId, fromMs, toMs, isLive, storyboards } = ask;
  const span = commonSpan(recording);
  const { lead } = recording;
  if (lead === undefined || span === undefined) return refused(isLive ? 'not-yet' : 'no-such-media');
  const dateOf = (msn: number) => dateOfSegment(recording, lead, msn);
  const endMs = dateOf(span.endMsn);
  if (isLive && toMs > endMs) return refused('not-yet', 'It ends after the newest whole segment.');
  if (fromMs >= endMs || toMs <= dateOf(span.firstMsn)) return refused('no-such-media');
  const firstMsn = lastBefore(span, (msn) => dateOf(msn) <= fromMs);
  const endMsn = lastBefore(span, (msn) => dateOf(msn) < toMs) + 1;
  return clipManifest(recording, {
    span: { firstMsn, endMsn },
    clip: { clipId, startOffsetMs: Math.max(0, fromMs - dateOf(firstMsn)) },
    storyboards,
  });
}

/** What the control API is told of a clip. */
export function clipCutAnswer(manifest: RecordingManifest): ClipCutAnswer {
  const { broadcastId, isPrivate, totals, pictureSlot = null } = manifest;
  const recording = Recording.of(manifest);
  const { renditions, fromMs = 0, toMs = 0 } = recording;
  const span = broadcastSpan(recording);
  const segments = [...renditions].flatMap(([renditionId, { archive }]) => {
    const { first, endMsn } = archive;
    return first === undefined || endMsn === undefined
      ? []
      : [{ renditionId, firstMsn: first.msn, lastMsn: endMsn - 1 }];
  });
  const images = span && { ...slotsOf(span), pictureSlot };
  return { broadcastId, fromMs, toMs, isPrivate, segments, sizeBytes: totals.sizeBytes, ...(images && { images }) };
}

interface SegmentSpan {
  readonly firstMsn: number;
  /** The first that it lacks. */
  readonly endMsn: number;
}

/** What all renditions have. */
function commonSpan({ renditions }: Recording): SegmentSpan | undefined {
  const archives = [...renditions.values()].map(({ archive }) => archive);
  const firstMsn = Math.max(...archives.map(({ first }) => first?.msn ?? Infinity));
  const endMsn = Math.min(...archives.map((archive) => archive.endMsn ?? 0));
  return archives.length > 0 && firstMsn < endMsn ? { firstMsn, endMsn } : undefined;
}

/** The date at which a segment begins, or the one before it ends. */
function dateOfSegment({ description }: Recording, { rendition, archive }: RecordedRendition, msn: number): number {
  const segment = archive.segment(msn);
  if (segment !== undefined) return startDateMs(description, rendition, segment);
  const before = archive.segment(msn - 1);
  if (before === undefined) return Number.NaN;
  const lengthTicks = before.partTicks.reduce((sum, ticks) => sum + ticks, 0);
  return startDateMs(description, rendition, { ...before, startTicks: before.startTicks + lengthTicks });
}

/** The last of a span that something holds of, which holds of none after one that it does not hold of; or its first. */
function lastBefore({ firstMsn, endMsn }: SegmentSpan, holds: (msn: number) => boolean): number {
  let [low, high] = [firstMsn, endMsn];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function clipManifest(
  recording: Recording,
  { span, clip, storyboards }: Pick<ClipAsk, 'storyboards'> & { readonly span: SegmentSpan; readonly clip: ClipInfo },
): ClipManifest {
  const { channelId, broadcastId, description, bitrates } = recording;
  const timeline = recording.timelineWithin(span.firstMsn, span.endMsn);
  const cut = new Recording({ ...recording, timeline: [timeline] });
  const { fromMs = 0, toMs = 0 } = cut;
  const dateRanges = recording.dateRanges.filter(
    ({ startDateMs: startMs, endDateMs: endMs = Infinity }) => startMs < toMs && endMs > fromMs,
  );
  const durationMs = toMs - fromMs;
  const shown = broadcastSpan(cut);
  const sprites = storyboards && shown && storyboardsWithin(storyboards, slotsOf(shown));
  const manifest = recordingManifest({
    channelId,
    broadcastId,
    isPrivate: isPrivateBroadcast(broadcastId),
    description,
    timeline,
    bitrates,
    dateRanges,
    totals: { durationMs, sizeBytes: sizeBytesOf(cut, durationMs), gapMs: gapMs(cut) },
    ...(sprites && { storyboards: sprites }),
    clip,
  });
  return { ...manifest, clip };
}

/** By the bit rates that were measured: how large each segment is nobody remembers. */
function sizeBytesOf({ renditions }: Recording, durationMs: number): number {
  const bps = [...renditions.values()].reduce((sum, { bitrate }) => sum + (bitrate.averageBps() ?? 0), 0);
  return Math.round((bps * durationMs) / 8_000);
}

import { recordingKey } from '@sluice/contracts';
import { JSON_CONTENT_TYPE } from '../http/content-types.ts';
import { log } from '../log.ts';
import type { WritableStore } from '../media/media-store.ts';
import type { OldSegment } from '../media/old-segment.ts';
import { pictureSlots } from '../thumbnails/picture-slots.ts';
import { broadcastSpan } from './broadcast-span.ts';
import { type DoubtfulSegment, doubtfulSegments } from './doubtful-segments.ts';
import type { Recording } from './recording.ts';
import { draftedManifest, draftedRecording, type RecordingDraft } from './recording-draft.ts';
import type { RecordingTotals } from './recording-manifest.ts';
import { repairSegment, storedBytes } from './segment-repair.ts';
import { storedPicture } from './stored-picture.ts';
import type { TimelineArchives } from './timeline-state.ts';

/**
 * Doubtful segments that are looked at in one go, so that each is bounded in requests (the platform allows 1,000) and in
 * time. Of a broadcast that ended as it should there are 16 in each rendition.
 */
const CHECKS_MAX = 128;
/** At once: the platform keeps six connections of a Worker open, and the rest waits in order. */
const CHECKS_AT_ONCE = 16;
/** Each may be eight requests or more. */
const REPAIRS_MAX = 32;

/** So far in a recording looks like itself more often than at its first picture. */
const PICTURE_MS = 30_000;

/** What became of a draft. `more`: there is more to look at. */
export type Finished =
  | { readonly kind: 'more'; readonly draft: RecordingDraft }
  | { readonly kind: 'written'; readonly totals: RecordingTotals };

export interface FinishingOptions {
  readonly store: WritableStore;
  readonly channelId: Recording['channelId'];
  readonly chunks: readonly TimelineArchives[];
  /** The last that is begun is begun before then: the object has an alarm for all that it does, and a lease may end. */
  readonly untilMs: number;
  /** What was found is not to be found again, whatever happens. */
  onProgress(draft: RecordingDraft): void;
}

/**
 * Takes a recording one step nearer to its manifest in the bucket: looks at doubtful segments, puts those together that
 * have no object, and when all were looked at writes the manifest. Throws StoreError; what was done by then stays done.
 */
export async function finishRecording(draft: RecordingDraft, options: FinishingOptions): Promise<Finished> {
  const { store, channelId, chunks } = options;
  const whole = draftedRecording({ ...draft, missing: {}, found: {} }, chunks, channelId);
  const doubtful = doubtfulSegments(whole, draft.timeline.doubts);
  if (draft.checkedCount < doubtful.length) {
    const checked = await checkSome(draft, { ...options, whole, doubtful });
    if (checked.checkedCount < doubtful.length) return { kind: 'more', draft: checked };
    return finishRecording(checked, options);
  }
  const recording = draftedRecording(draft, chunks, channelId);
  const pictureSlot = await pictureOf(store, recording);
  const manifest = { ...draftedManifest(draft, recording), ...(pictureSlot !== undefined && { pictureSlot }) };
  const bytes = new Uint8Array(new TextEncoder().encode(JSON.stringify(manifest)));
  await store.write(recordingKey(draft.broadcastId), bytes, JSON_CONTENT_TYPE);
  return { kind: 'written', totals: manifest.totals };
}

/** The slot of the thumbnail that shows how it looks; `undefined`: there is none near enough. */
async function pictureOf(store: WritableStore, recording: Recording): Promise<number | undefined> {
  const span = broadcastSpan(recording);
  if (span === undefined) return undefined;
  const { fromMs, toMs } = span;
  const wantedMs = fromMs + Math.min(PICTURE_MS, (toMs - fromMs) / 2);
  return await storedPicture(store, recording, pictureSlots({ fromMs: wantedMs, toMs }));
}

interface Checking extends FinishingOptions {
  readonly whole: Recording;
  readonly doubtful: readonly DoubtfulSegment[];
}

async function checkSome(
  draft: RecordingDraft,
  { store, whole, doubtful, untilMs, onProgress }: Checking,
): Promise<RecordingDraft> {
  let now = draft;
  let repairs = 0;
  // Without parts in the playlists a segment, which is one part, is stored under its own name alone.
  const hasParts = whole.timing.grid.partsPerSegment > 1;
  const endCount = Math.min(doubtful.length, draft.checkedCount + CHECKS_MAX);
  do {
    const some = doubtful.slice(now.checkedCount, Math.min(endCount, now.checkedCount + CHECKS_AT_ONCE));
    const stored = await Promise.all(some.map((each) => storedBytes(store, oldSegment(whole, each))));
    for (const [index, each] of some.entries()) {
      let sizeBytes = stored[index];
      if (sizeBytes === undefined && hasParts) {
        repairs += 1;
        // One after the other: each is held in memory.
        sizeBytes = await repairSegment(store, oldSegment(whole, each));
      }
      now = withChecked(now, each, sizeBytes);
    }
    now = { ...now, checkedCount: now.checkedCount + some.length };
    onProgress(now);
  } while (now.checkedCount < endCount && repairs < REPAIRS_MAX && Date.now() < untilMs);
  return now;
}

function oldSegment({ channelId, broadcastId }: Recording, { renditionId, segment }: DoubtfulSegment): OldSegment {
  const { msn, partTicks } = segment;
  return { place: { channelId, broadcastId, renditionId }, msn, partCount: partTicks.length };
}

/** @param sizeBytes of what is in the bucket; `undefined`: nothing is. */
function withChecked(
  draft: RecordingDraft,
  { renditionId, segment, isListed }: DoubtfulSegment,
  sizeBytes: number | undefined,
): RecordingDraft {
  const { broadcastId, missing, found } = draft;
  const { msn } = segment;
  if (isListed && sizeBytes === undefined) {
    log('warn', 'a recorded segment is a gap', { broadcastId, renditionId, msn });
    return { ...draft, missing: { ...missing, [renditionId]: [...(missing[renditionId] ?? []), msn] } };
  }
  if (isListed || sizeBytes === undefined) return draft;
  log('info', 'a segment of which nobody told is recorded', { broadcastId, renditionId, msn });
  return { ...draft, found: { ...found, [renditionId]: [...(found[renditionId] ?? []), { msn, sizeBytes }] } };
}

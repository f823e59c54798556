import type { Channel } from '../channels/channel.ts';
import type { ProblemCode } from '../http/problem.ts';
import { Refusal } from '../http/refusal.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { ClipRefusal, type EdgeCaller, EdgeRefusal } from '../playback/edge-caller.ts';
import { type Clip, type ClipCreate, clipTimes, makeClipId, timesFault } from './clip.ts';
import { CLIPS_PER_CHANNEL_MAX, type Clips } from './clips.ts';

/** The edge has answered by then, or nobody waits for it any more. */
const ABANDONED_AFTER_MS = 60_000;
/** An edge that is being deployed is back by then. */
const RETRY = { 'retry-after': '5' };

const REFUSALS = {
  'no-such-media': [
    'no-such-media',
    'Nothing of that time is kept: it is older than the window, and was not recorded.',
  ],
  'not-yet': ['clip-not-yet', 'The clip ends after what has been made. Wait until it is over.'],
  'several-broadcasts': ['several-broadcasts', 'A clip is of one broadcast. Name it, or choose another time.'],
} as const satisfies Record<ClipRefusal['code'], [code: ProblemCode, detail: string]>;

export interface ClipMakerParts {
  readonly clips: Clips;
  readonly edge: Pick<EdgeCaller, 'cutClip'>;
  readonly queue: JobQueue;
  /** It can be played. */
  readonly onReady: (clip: Clip) => Promise<void>;
  readonly nowMs: () => number;
}

/** Cuts clips: the edge does, and what came of it is kept. */
export class ClipMaker {
  readonly #parts: ClipMakerParts;

  constructor(parts: ClipMakerParts) {
    this.#parts = parts;
  }

  /** Throws a Refusal. */
  async make({ channelId, tenantId }: Channel, create: ClipCreate): Promise<Clip> {
    const { clips, edge, queue, onReady, nowMs } = this.#parts;
    const times = clipTimes(create);
    const fault = timesFault(times);
    if (fault !== undefined) throw new Refusal('request-invalid', fault);
    const held = await clips.ofChannel(channelId, { limit: CLIPS_PER_CHANNEL_MAX });
    if (held.length >= CLIPS_PER_CHANNEL_MAX) {
      throw new Refusal('too-many-clips', `A channel has at most ${CLIPS_PER_CHANNEL_MAX} clips. Delete some.`);
    }
    const clipId = makeClipId(nowMs());
    // Should nobody hear what the edge says, what it made is removed.
    await clips.begin(clipId, { channelId, tenantId });
    await queue.add({ kind: 'begun-clip', name: clipId, dueAtMs: nowMs() + ABANDONED_AFTER_MS });
    try {
      const { broadcastId } = create;
      const cut = await edge.cutClip(channelId, clipId, { ...(broadcastId && { broadcastId }), ...times });
      const clip: Clip = { clipId, channelId, tenantId, label: create.label, createdAtMs: nowMs(), ...cut };
      await clips.add(clip);
      await onReady(clip);
      return clip;
    } catch (error) {
      if (error instanceof ClipRefusal) {
        await clips.end(clipId);
        const [code, detail] = REFUSALS[error.code];
        throw new Refusal(code, detail);
      }
      if (error instanceof EdgeRefusal)
        throw new Refusal('edge-unreachable', 'The edge could not cut the clip.', RETRY);
      throw new Refusal('edge-unreachable', 'The edge did not answer. Try again.', RETRY);
    }
  }
}

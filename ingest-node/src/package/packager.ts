import { FIRST_PART, mediaGrid, PartAnnounced, partNumber, type Rendition, type RenditionId } from '@sluice/contracts';
import type { EncodedBroadcast, EncodedFrame } from '../media/encoded.ts';
import { TRACK_ID } from './boxes/track-id.ts';
import { fragment } from './fragment.ts';
import { initSegment } from './init-segment.ts';
import { PackageError } from './package-error.ts';
import { type FramesOfPart, RenditionCutter } from './rendition-cutter.ts';

/** A part's bytes, and what the edge must know of them. */
export interface CutPart {
  readonly announced: PartAnnounced;
  readonly bytes: Uint8Array;
  /** When it left the packager; also in its prft. */
  readonly cutAtMs: number;
}

/** A rendition's init segment. */
export interface InitSegment {
  readonly renditionId: RenditionId;
  readonly initVersion: number;
  readonly bytes: Uint8Array;
}

interface Track {
  readonly rendition: Rendition;
  readonly cutter: RenditionCutter;
}

/** Makes CMAF out of a broadcast's coded frames: all renditions are cut at the same instants of the grid. Pure. */
export class Packager {
  /** One of each rendition, to be stored before any part. */
  readonly inits: readonly InitSegment[];
  readonly #tracks: ReadonlyMap<RenditionId, Track>;

  /** Throws PackageError when a rendition cannot be described. */
  constructor({ description, next }: EncodedBroadcast) {
    const grid = mediaGrid(description.profile, description.frameRate);
    this.#tracks = new Map(
      description.renditions.map((rendition) => [
        rendition.id,
        { rendition, cutter: new RenditionCutter(rendition, grid, partNumber(grid, next[rendition.id] ?? FIRST_PART)) },
      ]),
    );
    this.inits = description.renditions.map((rendition) => {
      const { id: renditionId, initVersion, configuration } = rendition;
      return { renditionId, initVersion, bytes: initSegment(rendition, Buffer.from(configuration, 'base64')) };
    });
  }

  /**
   * The transcoder's word (Transcoder's onResting): from segment `fromMsn` on no frames come of exactly these pictures. It
   * comes before any frame of that segment. Throws PackageError.
   */
  rest(renditionIds: readonly RenditionId[], fromMsn: number): void {
    for (const id of renditionIds) {
      if (this.#tracks.get(id)?.rendition.kind !== 'video') throw new PackageError('unknown-rendition', id);
    }
    for (const { rendition, cutter } of this.#tracks.values()) {
      if (rendition.kind === 'video') cutter.rest(renditionIds.includes(rendition.id), fromMsn);
    }
  }

  /** Takes a rendition's next frame; the part that is whole with it, if one is. Throws PackageError. */
  push(frame: EncodedFrame, nowMs: number): CutPart | undefined {
    const track = this.#tracks.get(frame.renditionId);
    if (track === undefined) throw new PackageError('unknown-rendition', frame.renditionId);
    const part = track.cutter.push(frame);
    return part && cutPart(track.rendition, part, nowMs);
  }

  /** No frame follows in any rendition. Empty when the transcoder completed its last segment. */
  end(nowMs: number): CutPart[] {
    return [...this.#tracks.values()].flatMap(({ rendition, cutter }) => {
      const part = cutter.end();
      return part === undefined ? [] : [cutPart(rendition, part, nowMs)];
    });
  }
}

function cutPart(rendition: Rendition, part: FramesOfPart, nowMs: number): CutPart {
  const [first] = part.frames;
  if (first === undefined) throw new PackageError('off-the-grid', `${rendition.id} part without a frame`);
  const bytes = fragment({
    trackId: TRACK_ID[rendition.kind],
    sequenceNumber: part.sequenceNumber,
    startTicks: first.ptsTicks,
    sampleDurationTicks: first.durationTicks,
    samples: part.frames.map(({ isKeyframe, payload }) => ({ isSync: isKeyframe, payload })),
    isSyncByDefault: rendition.kind === 'audio',
    finishedAtMs: nowMs,
  });
  const announced: PartAnnounced = {
    renditionId: rendition.id,
    msn: part.msn,
    partIndex: part.partIndex,
    startTicks: first.ptsTicks,
    durationTicks: part.frames.length * first.durationTicks,
    sizeBytes: bytes.length,
    isIndependent: first.isKeyframe,
    isLastOfSegment: part.isLastOfSegment,
    isGap: false,
    initVersion: rendition.initVersion,
  };
  if (!PartAnnounced.shape.sizeBytes.safeParse(bytes.length).success) {
    throw new PackageError('part-too-large', `${rendition.id} ${part.msn}.${part.partIndex}: ${bytes.length} bytes`);
  }
  return { announced, bytes, cutAtMs: nowMs };
}

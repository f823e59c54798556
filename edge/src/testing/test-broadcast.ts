import {
  AAC_FRAME_SAMPLES,
  AUDIO_SAMPLE_RATE_HZ,
  audioFramesBeforePart,
  audioPartTargetTicks,
  BroadcastDescription,
  type FrameRate,
  type LatencyProfileName,
  type MediaGrid,
  mediaGrid,
  PartAnnounced,
  RenditionId,
  videoPartTargetTicks,
} from '@sluice/contracts';

export const V720 = RenditionId.parse('v720');
export const V360 = RenditionId.parse('v360');
export const A128 = RenditionId.parse('a128');

export const STARTED_AT_MS = Date.UTC(2026, 10, 25, 12, 0, 0);

/** A rendition rests, and another lends it these segments: from one msn on, up to and without another. */
export interface TestLoan {
  readonly renditionId: RenditionId;
  readonly lentBy: RenditionId;
  readonly fromMsn: number;
  readonly toMsn: number;
}

export interface TestBroadcastOptions {
  readonly profile?: LatencyProfileName;
  readonly frameRate?: FrameRate;
  /** Of `v720`, `v360` and `a128`; all when absent. */
  readonly renditionIds?: readonly RenditionId[];
  readonly loans?: readonly TestLoan[];
}

/** A broadcast as an ingest node would describe and announce it: on the media grid, exactly. No bytes are made here. */
export class TestBroadcast {
  readonly grid: MediaGrid;
  readonly description: BroadcastDescription;
  readonly #loans: readonly TestLoan[];

  constructor(options: TestBroadcastOptions = {}) {
    const { profile = 'low', frameRate = { num: 30, den: 1 }, renditionIds, loans = [] } = options;
    this.#loans = loans;
    this.grid = mediaGrid(profile, frameRate);
    const all = describedRenditions(this.grid);
    const renditions =
      renditionIds === undefined ? all : all.filter(({ id }) => renditionIds.some((own) => own === id));
    this.description = BroadcastDescription.parse({ profile, frameRate, startedAtMs: STARTED_AT_MS, renditions });
  }

  /** The parts number `from` up to, not with, `to` of every rendition (or of one), counted from the broadcast's start. */
  parts(from: number, to: number, renditionId?: RenditionId): PartAnnounced[] {
    const ids = this.description.renditions.map(({ id }) => id).filter((id) => (renditionId ?? id) === id);
    const ordinals = Array.from({ length: to - from }, (_, index) => from + index);
    return ordinals.flatMap((ordinal) => ids.map((id) => this.part(ordinal, id)));
  }

  part(ordinal: number, renditionId: RenditionId, changes: Partial<PartAnnounced> = {}): PartAnnounced {
    const { partsPerSegment } = this.grid;
    const isAudio = renditionId.startsWith('a');
    const partIndex = ordinal % partsPerSegment;
    const msn = Math.floor(ordinal / partsPerSegment) + 1;
    const lentBy = this.lenderOf(renditionId, msn);
    const isLastOfSegment = changes.isLastOfSegment ?? partIndex === partsPerSegment - 1;
    return PartAnnounced.parse({
      renditionId,
      msn,
      partIndex,
      startTicks: this.#startTicks(ordinal, isAudio),
      durationTicks: this.#startTicks(ordinal + 1, isAudio) - this.#startTicks(ordinal, isAudio),
      sizeBytes: partSizeBytes(ordinal, lentBy ?? renditionId),
      isIndependent: isAudio || partIndex === 0,
      isLastOfSegment,
      isGap: false,
      initVersion: 0,
      lentBy,
      nextLentBy: isLastOfSegment ? this.lenderOf(renditionId, msn + 1) : undefined,
      ...changes,
    });
  }

  /** Who lends a segment; `undefined`: it is the rendition's own. */
  lenderOf(renditionId: RenditionId, msn: number): RenditionId | undefined {
    return this.#loans.find((loan) => loan.renditionId === renditionId && loan.fromMsn <= msn && msn < loan.toMsn)
      ?.lentBy;
  }

  #startTicks(ordinal: number, isAudio: boolean): number {
    return isAudio
      ? audioFramesBeforePart(this.grid, ordinal) * AAC_FRAME_SAMPLES
      : ordinal * this.grid.framesPerPart * this.grid.frameDurationTicks;
  }
}

/** Small, and different from part to part, so that a mix-up shows. */
export function partSizeBytes(ordinal: number, renditionId: RenditionId): number {
  const leastBytes = renditionId.startsWith('a') ? 100 : renditionId === V720 ? 1_000 : 700;
  return leastBytes + (ordinal % 50);
}

function describedRenditions(grid: MediaGrid) {
  const video = (id: RenditionId, widthPx: number, heightPx: number, bitrateBpsMax: number, codecs: string) => ({
    kind: 'video',
    id,
    codecs,
    timescaleHz: grid.videoTimescaleHz,
    partTargetTicks: videoPartTargetTicks(grid),
    bitrateBpsMax,
    initVersion: 0,
    configuration: 'AWQAHw==',
    widthPx,
    heightPx,
    frameRate: grid.frameRate,
  });
  return [
    video(V720, 1_280, 720, 3_000_000, 'avc1.64001F'),
    video(V360, 640, 360, 800_000, 'avc1.64001E'),
    {
      kind: 'audio',
      id: A128,
      codecs: 'mp4a.40.2',
      timescaleHz: AUDIO_SAMPLE_RATE_HZ,
      partTargetTicks: audioPartTargetTicks(grid),
      bitrateBpsMax: 140_000,
      initVersion: 0,
      configuration: 'EZA=',
      sampleRateHz: AUDIO_SAMPLE_RATE_HZ,
      channelCount: 2,
    },
  ];
}

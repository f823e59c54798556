import {
  AUDIO_SAMPLE_RATE_HZ,
  type AudioRendition,
  audioPartTargetTicks,
  type MediaGrid,
  type Rendition,
  RenditionId,
  type VideoRendition,
  videoPartTargetTicks,
} from '@sluice/contracts';
import type { EncodedPictureTrack, EncodedSoundTrack } from '../media/encoded-track.ts';
import { avcCodecString } from '../transcode/avc.ts';
import type { TrackLane } from './track-lane.ts';

const BITS_PER_BYTE = 8;
/** What is held is the first few seconds; what follows may have more in it. */
const MEASURED_MARGIN = 1.25;
/** What the edge takes (`Rendition` of the contracts). A publisher may say any number of 32 bits. */
const RENDITION_BPS_MAX = 500_000_000;
const AAC_LC = 'mp4a.40.2';
/** Sound is called by the nearest of these. A bit rate that is measured may be nearest to another one the next time. */
const SOUND_KBPS: readonly number[] = [32, 48, 64, 96, 128, 160, 192, 256, 320];

/** A lane, and what viewers are told it is. */
export interface DescribedLane {
  readonly lane: TrackLane;
  readonly rendition: Rendition;
}

export interface DescribeOptions {
  readonly grid: MediaGrid;
  /** No rendition has more. */
  readonly bitrateBpsMax: number;
}

/** The renditions that tracks are: pictures from the largest down, then sound. Names follow from what they are. */
export function describeTracks(lanes: readonly TrackLane[], options: DescribeOptions): DescribedLane[] {
  const { grid } = options;
  const ceilingBps = Math.min(options.bitrateBpsMax, RENDITION_BPS_MAX);
  const taken = new Set<string>();
  const byWorth = lanes.toSorted((a, b) => heightOf(b) - heightOf(a) || bitrateOf(b) - bitrateOf(a));
  return byWorth.map((lane) => {
    const { track } = lane;
    const bitrateBpsMax = Math.min(bitrateOf(lane), ceilingBps);
    const rendition =
      track.kind === 'video'
        ? picture(track, { id: freeId(`v${track.heightPx}`, taken), bitrateBpsMax, grid })
        : sound(track, { id: freeId(`a${soundKbps(lane)}`, taken), bitrateBpsMax, grid });
    return { lane, rendition };
  });
}

interface Known {
  readonly id: RenditionId;
  readonly bitrateBpsMax: number;
  readonly grid: MediaGrid;
}

function picture(track: EncodedPictureTrack, { id, bitrateBpsMax, grid }: Known): VideoRendition {
  const { configuration, widthPx, heightPx } = track;
  return {
    kind: 'video',
    id,
    codecs: avcCodecString(configuration),
    configuration: Buffer.from(configuration).toString('base64'),
    timescaleHz: grid.videoTimescaleHz,
    partTargetTicks: videoPartTargetTicks(grid),
    bitrateBpsMax,
    initVersion: 0,
    widthPx,
    heightPx,
    frameRate: grid.frameRate,
  };
}

function sound({ configuration, channelCount }: EncodedSoundTrack, { id, bitrateBpsMax, grid }: Known): AudioRendition {
  return {
    kind: 'audio',
    id,
    codecs: AAC_LC,
    configuration: Buffer.from(configuration).toString('base64'),
    timescaleHz: AUDIO_SAMPLE_RATE_HZ,
    partTargetTicks: audioPartTargetTicks(grid),
    bitrateBpsMax,
    initVersion: 0,
    sampleRateHz: AUDIO_SAMPLE_RATE_HZ,
    channelCount,
  };
}

function freeId(name: string, taken: Set<string>): RenditionId {
  let id = name;
  for (let number = 2; taken.has(id); number += 1) id = `${name}-${number}`;
  taken.add(id);
  return RenditionId.parse(id);
}

function soundKbps(lane: TrackLane): number {
  const kbps = (lane.track.bitrateBps || measuredBps(lane)) / 1_000;
  return SOUND_KBPS.toSorted((a, b) => Math.abs(a - kbps) - Math.abs(b - kbps))[0] ?? 0;
}

function heightOf({ track }: TrackLane): number {
  return track.kind === 'video' ? track.heightPx : 0;
}

/** As the publisher says, or as it is in what is held. */
function bitrateOf(lane: TrackLane): number {
  const statedBps = lane.track.bitrateBps;
  const heldBps = measuredBps(lane);
  return Math.max(1, Math.round(statedBps > 0 ? Math.max(statedBps, heldBps) : heldBps * MEASURED_MARGIN));
}

function measuredBps({ heldBytes, heldS }: TrackLane): number {
  return heldS > 0 ? (heldBytes * BITS_PER_BYTE) / heldS : 0;
}

import {
  AAC_FRAME_SAMPLES,
  AUDIO_SAMPLE_RATE_HZ,
  audioPartTargetTicks,
  type BroadcastDescription,
  type FrameRate,
  type LatencyProfileName,
  type MediaGrid,
  mediaGrid,
  RenditionId,
  videoPartTargetTicks,
} from '@sluice/contracts';
import type { EncodedBroadcast, EncodedFrame } from '../media/encoded.ts';

/** For tests: broadcasts whose frames are numbers and no pictures. */

export const V360 = RenditionId.parse('v360');
export const V720 = RenditionId.parse('v720');
export const A128 = RenditionId.parse('a128');
export const STARTED_AT_MS = Date.UTC(2026, 10, 24, 12, 0, 0, 123);

export const FRAME_RATES: Readonly<Record<string, FrameRate>> = {
  '24': { num: 24, den: 1 },
  '25': { num: 25, den: 1 },
  '29.97': { num: 30_000, den: 1_001 },
  '30': { num: 30, den: 1 },
  '50': { num: 50, den: 1 },
  '59.94': { num: 60_000, den: 1_001 },
  '60': { num: 60, den: 1 },
};

/** AVCDecoderConfigurationRecord of High 3.1 with parameter sets of one byte; AudioSpecificConfig of 48 kHz stereo. */
export const AVC_CONFIGURATION = Uint8Array.of(
  1,
  0x64,
  0,
  0x1f,
  0xff,
  0xe1,
  0,
  1,
  0x67,
  1,
  0,
  1,
  0x68,
  0xfd,
  0xf8,
  0xf8,
  0,
);
export const AAC_CONFIGURATION = Uint8Array.of(0x11, 0x90);

/** A broadcast of two pictures and sound. */
export function fakeBroadcast(profile: LatencyProfileName, frameRate: FrameRate): EncodedBroadcast {
  const grid = mediaGrid(profile, frameRate);
  const description: BroadcastDescription = {
    profile,
    frameRate,
    startedAtMs: STARTED_AT_MS,
    renditions: [
      video(V720, { widthPx: 1_280, heightPx: 720 }, grid),
      video(V360, { widthPx: 640, heightPx: 360 }, grid),
      audio(grid),
    ],
  };
  return {
    description,
    next: {},
  };
}

function video(id: RenditionId, size: { readonly widthPx: number; readonly heightPx: number }, grid: MediaGrid) {
  return {
    kind: 'video' as const,
    id,
    ...size,
    codecs: 'avc1.64001F',
    timescaleHz: grid.videoTimescaleHz,
    partTargetTicks: videoPartTargetTicks(grid),
    bitrateBpsMax: size.heightPx * 4_000,
    initVersion: 0,
    configuration: Buffer.from(AVC_CONFIGURATION).toString('base64'),
    frameRate: grid.frameRate,
  };
}

function audio(grid: MediaGrid) {
  return {
    kind: 'audio' as const,
    id: A128,
    codecs: 'mp4a.40.2',
    timescaleHz: AUDIO_SAMPLE_RATE_HZ,
    partTargetTicks: audioPartTargetTicks(grid),
    bitrateBpsMax: 140_000,
    initVersion: 0,
    configuration: Buffer.from(AAC_CONFIGURATION).toString('base64'),
    sampleRateHz: AUDIO_SAMPLE_RATE_HZ,
    channelCount: 2,
  };
}

/** Frame `index` of a picture: a keyframe at each segment's start; its number is its payload. */
export function videoFrame(renditionId: RenditionId, grid: MediaGrid, index: number): EncodedFrame {
  return {
    renditionId,
    ptsTicks: index * grid.frameDurationTicks,
    durationTicks: grid.frameDurationTicks,
    isKeyframe: index % grid.framesPerSegment === 0,
    payload: numbered(index),
  };
}

export function audioFrame(index: number): EncodedFrame {
  return {
    renditionId: A128,
    ptsTicks: index * AAC_FRAME_SAMPLES,
    durationTicks: AAC_FRAME_SAMPLES,
    isKeyframe: true,
    payload: numbered(index),
  };
}

function numbered(index: number): Uint8Array {
  return new TextEncoder().encode(`frame ${index}`);
}

import { AAC_FRAME_SAMPLES, AUDIO_SAMPLE_RATE_HZ } from '@sluice/contracts';
import type { EncodedPictureTrack, EncodedSoundTrack, EncodedTrack, TrackSamples } from '../media/encoded-track.ts';
import { AAC_CONFIGURATION, AVC_CONFIGURATION } from '../package/packaging-fixture.ts';

/** For tests: a publisher who has encoded its renditions, and whose samples say who they are. */

const TIMESCALE_HZ = 90_000;

export function pictureTrack(heightPx: number, change: Partial<EncodedPictureTrack> = {}): EncodedPictureTrack {
  return {
    kind: 'video',
    widthPx: (heightPx * 16) / 9,
    heightPx,
    timescaleHz: TIMESCALE_HZ,
    configuration: AVC_CONFIGURATION,
    bitrateBps: heightPx * 4_000,
    ...change,
  };
}

export function soundTrack(change: Partial<EncodedSoundTrack> = {}): EncodedSoundTrack {
  return {
    kind: 'audio',
    channelCount: 2,
    timescaleHz: AUDIO_SAMPLE_RATE_HZ,
    configuration: AAC_CONFIGURATION,
    bitrateBps: 128_000,
    ...change,
  };
}

export interface Programme {
  readonly tracks: Readonly<Record<string, EncodedTrack>>;
  readonly fps?: number;
  /** Pictures from one keyframe to the next. */
  readonly gop?: number;
  /** Of the publisher's clock. */
  readonly fromS?: number;
  readonly toS: number;
  /** Where its clock stands when the programme begins. */
  readonly clockS?: number;
  /** Fragments are so long. */
  readonly pieceS?: number;
}

/** What the publisher sends, in the order of its time, a fragment of each track after the other. */
export function* programme(options: Programme): Generator<{ readonly atS: number; readonly samples: TrackSamples }> {
  const { tracks, fps = 30, gop = 64, fromS = 0, toS, clockS = 0, pieceS = 0.5 } = options;
  for (let startS = fromS; startS < toS - 1e-9; startS += pieceS) {
    const endS = Math.min(toS, startS + pieceS);
    for (const [trackName, track] of Object.entries(tracks)) {
      const rate = track.kind === 'video' ? fps : AUDIO_SAMPLE_RATE_HZ / AAC_FRAME_SAMPLES;
      const samples = [];
      for (let index = Math.ceil(startS * rate - 1e-6); index / rate < endS - 1e-9; index += 1) {
        samples.push({
          timeTicks: Math.round((clockS + index / rate) * track.timescaleHz),
          durationTicks: Math.round(track.timescaleHz / rate),
          isKeyframe: track.kind === 'audio' || index % gop === 0,
          payload: new TextEncoder().encode(`${trackName} ${index}`),
        });
      }
      if (samples.length > 0) yield { atS: endS, samples: { kind: 'samples', trackName, track, samples } };
    }
  }
}

/**
 * What a publisher sends who has encoded the renditions itself (CMAF ingest): several tracks, which are passed on as
 * they are. Beside SourceEvent, which is for the transcoder.
 */

interface CommonTrack {
  readonly timescaleHz: number;
  /** An AVCDecoderConfigurationRecord, or an AudioSpecificConfig. */
  readonly configuration: Uint8Array;
  /** As the publisher says; 0 if it does not. */
  readonly bitrateBps: number;
}

/** H.264. */
export interface EncodedPictureTrack extends CommonTrack {
  readonly kind: 'video';
  readonly widthPx: number;
  readonly heightPx: number;
}

/** AAC-LC of 48 kHz. */
export interface EncodedSoundTrack extends CommonTrack {
  readonly kind: 'audio';
  readonly channelCount: number;
}

export type EncodedTrack = EncodedPictureTrack | EncodedSoundTrack;

/** One coded picture or frame of sound. None is shown before one that was decoded earlier. */
export interface TrackSample {
  /** When it is shown, on the publisher's own clock, in the track's ticks. */
  readonly timeTicks: number;
  readonly durationTicks: number;
  /** A decoder can begin here: an IDR picture, or any frame of sound. */
  readonly isKeyframe: boolean;
  /** Length-prefixed NAL units, or one raw AAC frame. */
  readonly payload: Uint8Array;
}

/** A moment of a track's clock, as wall time. */
export interface TrackWallTime {
  readonly timeTicks: number;
  readonly wallMs: number;
}

/** The next samples of a track, in order. After a reconnect some may come again. */
export interface TrackSamples {
  readonly kind: 'samples';
  /** The publisher's own name for it. */
  readonly trackName: string;
  readonly track: EncodedTrack;
  readonly samples: readonly TrackSample[];
  /** When they were captured, if the publisher says. */
  readonly capturedAt?: TrackWallTime;
}

/** Whether two are decoded alike, so that one goes on where the other stopped. */
export function isSameTrack(one: EncodedTrack, other: EncodedTrack): boolean {
  return (
    one.timescaleHz === other.timescaleHz &&
    shapeOf(one) === shapeOf(other) &&
    Buffer.compare(one.configuration, other.configuration) === 0
  );
}

function shapeOf(track: EncodedTrack): string {
  return track.kind === 'video' ? `${track.widthPx}x${track.heightPx}` : `${track.channelCount}`;
}

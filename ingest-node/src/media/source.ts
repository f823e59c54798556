/** What a publisher sends, whatever the protocol: the input of the transcoder. */

import type { TrackSamples } from './encoded-track.ts';

export type VideoCodec = 'h264' | 'hevc' | 'av1' | 'vp9';
export type AudioCodec = 'aac' | 'opus' | 'mp2' | 'mp3';

/** A track's decoder configuration; sent before its first packet and again whenever it changes. */
export type SourceConfig =
  | { readonly kind: 'video-config'; readonly codec: VideoCodec; readonly extradata: Uint8Array }
  | {
      readonly kind: 'audio-config';
      readonly codec: AudioCodec;
      /** AudioSpecificConfig for AAC, OpusHead for Opus, empty for MP2 and MP3. */
      readonly extradata: Uint8Array;
      /** What the container says; the decoder knows better. 0 when it says nothing. */
      readonly sampleRateHz: number;
      readonly channelCount: number;
    };

/**
 * One coded access unit or audio frame. Times are the publisher's own, in whole microseconds, made monotonic over the
 * protocol's wrap-around but otherwise as they came: they may jump, repeat or be absurd. Video is length-prefixed
 * (avcC/hvcC style), as the extradata says.
 */
export interface SourcePacket {
  readonly kind: 'video' | 'audio';
  readonly ptsUs: number;
  readonly dtsUs: number;
  readonly isKeyframe: boolean;
  readonly payload: Uint8Array;
}

/** What the publisher says of itself (`onMetaData`); a hint and nothing more. */
export interface SourceMetadata {
  readonly kind: 'metadata';
  readonly widthPx?: number;
  readonly heightPx?: number;
  readonly frameRate?: number;
  readonly videoBitrateBps?: number;
  readonly audioBitrateBps?: number;
  readonly encoder?: string;
}

/** For the transcoder. */
export type SourceEvent = SourceConfig | SourcePacket | SourceMetadata;

/** All that publishers send: one source that is to be transcoded, or tracks that are to be passed on. */
export type PublishedEvent = SourceEvent | TrackSamples;

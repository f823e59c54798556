import type { BroadcastDescription, RenditionId } from '@sluice/contracts';

/** A rendition's decoder configuration, out of the encoder: what its init segment is made from. */
export interface EncodedConfig {
  readonly renditionId: RenditionId;
  /** AVCDecoderConfigurationRecord for H.264, AudioSpecificConfig for AAC. */
  readonly extradata: Uint8Array;
}

/** Sent once by the transcoder, before its first packet. */
export interface EncodedBroadcast {
  readonly description: BroadcastDescription;
  readonly configs: readonly EncodedConfig[];
}

/**
 * One coded frame of a rendition, on the broadcast's grid: video frame n is at n * frameDurationTicks, audio frame n
 * at n * 1024, and none is ever missing. There are no B-frames, so decode order is presentation order.
 */
export interface EncodedFrame {
  readonly renditionId: RenditionId;
  /** In the rendition's timescale, from the broadcast's start. */
  readonly ptsTicks: number;
  readonly durationTicks: number;
  readonly isKeyframe: boolean;
  /** Length-prefixed NAL units without parameter sets, or one raw AAC frame. */
  readonly payload: Uint8Array;
}

import { z } from 'zod';
import { InitVersion, RenditionId } from './ids.ts';
import { FrameRate } from './media-grid.ts';

/** RFC 6381 codec string: `avc1.64001F`, `mp4a.40.2`. */
const CodecString = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{2,63}$/);
const Timescale = z.int().positive().max(10_000_000);

const Common = {
  id: RenditionId,
  codecs: CodecString,
  timescaleHz: Timescale,
  /** PART-TARGET: the declared longest part, in ticks. It never changes within a broadcast. */
  partTargetTicks: z.int().positive(),
  /** What the encoder is told not to exceed; used as BANDWIDTH until a peak has been measured. */
  bitrateBpsMax: z.int().positive().max(500_000_000),
  initVersion: InitVersion,
  /**
   * The decoder's configuration: an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3) or an AudioSpecificConfig
   * (ISO/IEC 14496-3 §1.6.2). Encoders with the same one can go on where others stopped, under the same init segment.
   */
  configuration: z.base64().min(1).max(2_048),
};

export const VideoRendition = z.object({
  kind: z.literal('video'),
  ...Common,
  widthPx: z.int().positive().max(16_384),
  heightPx: z.int().positive().max(16_384),
  frameRate: FrameRate,
});
export type VideoRendition = z.infer<typeof VideoRendition>;

export const AudioRendition = z.object({
  kind: z.literal('audio'),
  ...Common,
  sampleRateHz: z.int().positive().max(192_000),
  channelCount: z.int().positive().max(24),
});
export type AudioRendition = z.infer<typeof AudioRendition>;

/** One encoded version of the broadcast, as the edge must know it to write playlists. */
export const Rendition = z.discriminatedUnion('kind', [VideoRendition, AudioRendition]);
export type Rendition = z.infer<typeof Rendition>;

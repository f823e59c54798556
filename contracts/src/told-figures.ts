import { z } from 'zod';
import { IngestProtocol } from './authorize.ts';

const KeyframeIntervalMs = z
  .int()
  .nonnegative()
  .max(24 * 3_600_000);
const DelayMs = z.number().nonnegative().max(600_000);
const SidePx = z.int().positive().max(16_384);

/**
 * How a source was in the last seconds, and how its node keeps up with it. What a protocol, a source or a node cannot tell
 * is absent.
 */
export const ToldFigures = z.object({
  fps: z
    .number()
    .nonnegative()
    .max(1_000)
    .meta({ description: 'Pictures a second that came.', examples: [30] }),
  bitrateBps: z
    .number()
    .nonnegative()
    .max(1_000_000_000)
    .meta({ description: 'Of sound and picture together.', examples: [6_000_000] }),
  keyframeIntervalMs: KeyframeIntervalMs.optional().meta({
    description: 'From one keyframe to the next: the longest.',
    examples: [2_000],
  }),
  driftMs: z
    .number()
    .min(-3_600_000)
    .max(3_600_000)
    .optional()
    .describe('Sound against picture; positive where the sound is late.'),
  rttMs: DelayMs.optional().describe('Round trip between publisher and node.'),
  lossRatio: z.number().min(0).max(1).optional().describe('Of the packets, how many were lost on the way.'),
  protocol: IngestProtocol.optional(),
  videoCodec: z.enum(['h264', 'hevc', 'av1', 'vp9']).optional().describe('Of what is pushed.'),
  audioCodec: z.enum(['aac', 'opus', 'mp2', 'mp3']).optional().describe('Of what is pushed.'),
  widthPx: SidePx.optional().meta({
    description: 'Of the picture that is pushed, with square pixels.',
    examples: [1_920],
  }),
  heightPx: SidePx.optional().meta({ description: 'Of the picture that is pushed.', examples: [1_080] }),
  encodeSpeed: z
    .number()
    .nonnegative()
    .max(1_000)
    .optional()
    .meta({
      description:
        'How many seconds of media the slowest encoder made in a second of work, all renditions at work beside it. Near 1 the node is at its limit, below 1 it does not keep up. Absent where nothing is encoded.',
      examples: [3.4],
    }),
  encodeLagMs: DelayMs.optional().meta({
    description: 'How far the slowest encoder was behind the clock at worst.',
    examples: [60],
  }),
  uploadLagMsP50: DelayMs.optional().meta({
    description: 'From a part cut to its PUT confirmed: half of the parts were quicker. Up to a tenth too high.',
    examples: [40],
  }),
  uploadLagMsP95: DelayMs.optional().meta({
    description: 'The same: nineteen in twenty were quicker.',
    examples: [90],
  }),
  announceLagMsP95: DelayMs.optional().meta({
    description: 'From an announcement to the answer of the edge: nineteen in twenty were quicker.',
    examples: [70],
  }),
});
export type ToldFigures = z.infer<typeof ToldFigures>;

import { parseArgs } from 'node:util';
import { FrameRate } from '@sluice/contracts';
import { z } from 'zod';

/**
 * The environment variable with the stream key: arguments can be read by every user of a machine. Several, with a blank
 * between them, publish the same picture to several channels.
 */
export const STREAM_KEY_VARIABLE = 'SLUICE_STREAM_KEY';

/** What the clock picture's publisher sends, and how it ends. */
export const PublishOptions = z.strictObject({
  /** Without the key: `rtmp://127.0.0.1:1935/live`. */
  url: z.string().regex(/^rtmps?:\/\/[^\s]+$/, '--url must be rtmp://host[:port]/app'),
  widthPx: z.int().min(160).max(3_840).multipleOf(2).default(1_280),
  heightPx: z.int().min(90).max(2_160).multipleOf(2).default(720),
  frameRate: FrameRate.default({ num: 30, den: 1 }),
  videoBitrateBps: z.int().min(50_000).max(50_000_000).default(2_500_000),
  /** Between two B-frames' anchors; 0 for the lowest latency. */
  bFrames: z.int().min(0).max(4).default(0),
  keyframeEveryS: z.number().min(0.1).max(20).default(2),
  hasVideo: z.boolean().default(true),
  hasAudio: z.boolean().default(true),
  /** Ends by itself after so long; absent: when asked to. */
  durationS: z.number().positive().optional(),
  /** `abrupt`: drops the connection without a word, as a lost network does. */
  end: z.enum(['clean', 'abrupt']).default('clean'),
  /** When it is cut off it connects to the same address again, each time after so long; absent: it ends. */
  reconnectAfterMs: z.int().min(0).max(60_000).optional(),
});
export type PublishOptions = z.infer<typeof PublishOptions>;
export type PublishOptionsInput = z.input<typeof PublishOptions>;

export const PUBLISH_USAGE = `${STREAM_KEY_VARIABLE}=key node local/src/publish/main.ts --url rtmp://127.0.0.1:1935/live [options]
  --size 1280x720   --fps 30 (or 30000/1001)   --bitrate 2500000   --b-frames 0   --keyframe-every 2
  --no-audio        --no-video                 --duration SECONDS  --end clean|abrupt
  --reconnect-after MS
Ends with Ctrl-C, with a line "stop" on its input, or when its input is closed. Other lines make it misbehave:
"jump MS" moves all later times, "wild MS" one, "flood MS" repeats a packet as fast as it can.`;

/** The command line that `parsePublishArguments` reads back. */
export function publishArguments(input: PublishOptionsInput): string[] {
  const options = PublishOptions.parse(input);
  return [
    ['--url', options.url],
    ['--size', `${options.widthPx}x${options.heightPx}`],
    ['--fps', `${options.frameRate.num}/${options.frameRate.den}`],
    ['--bitrate', String(options.videoBitrateBps)],
    ['--b-frames', String(options.bFrames)],
    ['--keyframe-every', String(options.keyframeEveryS)],
    options.hasAudio ? [] : ['--no-audio'],
    options.hasVideo ? [] : ['--no-video'],
    options.durationS === undefined ? [] : ['--duration', String(options.durationS)],
    ['--end', options.end],
    options.reconnectAfterMs === undefined ? [] : ['--reconnect-after', String(options.reconnectAfterMs)],
  ].flat();
}

/** Reads the command line. Throws a ZodError or a TypeError on what it does not know. */
export function parsePublishArguments(words: readonly string[]): PublishOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      url: { type: 'string' },
      size: { type: 'string', default: '1280x720' },
      fps: { type: 'string', default: '30' },
      bitrate: { type: 'string' },
      'b-frames': { type: 'string' },
      'keyframe-every': { type: 'string' },
      'no-audio': { type: 'boolean' },
      'no-video': { type: 'boolean' },
      duration: { type: 'string' },
      end: { type: 'string' },
      'reconnect-after': { type: 'string' },
    },
  });
  // A side that is missing is no number, and the schema says so.
  const [widthPx = Number.NaN, heightPx = Number.NaN] = values.size.split('x').map(Number);
  const [num, den = 1] = values.fps.split('/').map(Number);
  return PublishOptions.parse({
    url: values.url,
    widthPx,
    heightPx,
    frameRate: { num, den },
    videoBitrateBps: numberOrAbsent(values.bitrate),
    bFrames: numberOrAbsent(values['b-frames']),
    keyframeEveryS: numberOrAbsent(values['keyframe-every']),
    hasAudio: values['no-audio'] !== true,
    hasVideo: values['no-video'] !== true,
    durationS: numberOrAbsent(values.duration),
    end: values.end,
    reconnectAfterMs: numberOrAbsent(values['reconnect-after']),
  });
}

function numberOrAbsent(word: string | undefined): number | undefined {
  return word === undefined ? undefined : Number(word);
}

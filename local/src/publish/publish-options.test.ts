import { describe, expect, it } from 'vitest';
import { PublishOptions, parsePublishArguments, publishArguments } from './publish-options.ts';

const URL = 'rtmp://127.0.0.1:1935/live';

describe('the command line of the clock publisher', () => {
  it('reads back what it writes', () => {
    const options = PublishOptions.parse({
      url: URL,
      widthPx: 640,
      heightPx: 360,
      frameRate: { num: 30_000, den: 1_001 },
      bFrames: 2,
      hasAudio: false,
      durationS: 3.5,
      end: 'abrupt',
      reconnectAfterMs: 2_000,
    });
    expect(parsePublishArguments(publishArguments(options))).toEqual(options);
  });

  it('publishes 720p30 with sound when nothing else is said', () => {
    const options = parsePublishArguments(['--url', URL]);
    expect(options).toMatchObject({ widthPx: 1_280, heightPx: 720, frameRate: { num: 30, den: 1 }, hasAudio: true });
  });

  it.each([
    [['--url', 'http://127.0.0.1/live']],
    [['--url', URL, '--size', '1280']],
    [['--url', URL, '--fps', 'fast']],
    [['--url', URL, '--b-frames', '99']],
    [['--url', URL, '--reconnect-after', '-1']],
    [['--url', URL, '--stream-key', 'x']],
    [[]],
  ])('refuses %j', (words) => {
    expect(() => parsePublishArguments(words)).toThrow();
  });
});

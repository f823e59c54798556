import { expect, it } from 'vitest';
import { teeName } from './tee-target.ts';

it('the name of an output escapes what FFmpeg takes apart: once for the outputs, and options once more', () => {
  const options = { rtmp_playpath: String.raw`a:b'c|d[e]\f` };
  expect(teeName({ format: 'flv', options, url: 'rtmp://127.0.0.1:1/' })).toBe(
    String.raw`[f=flv:onfail=abort:rtmp_playpath=a\\\:b\\\'c\\\|d\\\[e\\\]\\\\f]rtmp\://127.0.0.1\:1/`,
  );
});

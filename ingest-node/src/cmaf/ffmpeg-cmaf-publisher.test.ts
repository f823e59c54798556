/** FFmpeg's own CMAF, over its HTTP client, against the server over real sockets. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runFfmpegProgram } from '../server/ffmpeg-process-fixture.ts';
import { CmafServerFixture } from './cmaf-server-fixture.ts';

/** A child has to load FFmpeg and to encode, on a machine that may be busy. */
const TIMEOUT_MS = 60_000;
const PROGRAM = fileURLToPath(new URL('./ffmpeg-cmaf-publisher-fixture.ts', import.meta.url));

describe('FFmpeg', { timeout: TIMEOUT_MS }, () => {
  it.each([
    ['mp4', ['v180', 'v90', 'a64.cmfa']],
    ['dash', ['stream0', 'stream1', 'stream2']],
  ])('publishes three tracks with its %s muxer', async (muxer, names) => {
    await using fixture = await CmafServerFixture.start();
    const { exitCode, said } = await runFfmpegProgram(PROGRAM, [
      `${fixture.url}/key`,
      '--muxer',
      muxer,
      '--seconds',
      '3',
    ]);
    expect(said.replaceAll(/.*Cannot use rename.*\n/g, '')).toBe('');
    expect(exitCode).toBe(0);
    const publisher = await fixture.publisher();
    const counts = names.map((name) => {
      const pieces = publisher.tracks.filter(({ trackName }) => trackName === name);
      return pieces.reduce((sum, { samples }) => sum + samples.length, 0);
    });
    expect(counts.slice(0, 2)).toEqual([90, 90]);
    expect(counts[2]).toBeGreaterThan(138);
    expect(publisher.warnings).toEqual([]);
  });

  it('says goodbye with its mp4 muxer', async () => {
    await using fixture = await CmafServerFixture.start();
    await runFfmpegProgram(PROGRAM, [`${fixture.url}/key`, '--heights', '90', '--seconds', '1']);
    expect((await fixture.endOf()).reason).toBe('unpublished');
  });

  it('ends with an error when its key is refused', async () => {
    await using fixture = await CmafServerFixture.start({
      answer: async () => ({ ok: false, refusal: { code: 'unknown-stream-key', sentence: 'No.' } }),
    });
    const { exitCode } = await runFfmpegProgram(PROGRAM, [`${fixture.url}/wrong`, '--paced', '--seconds', '30']);
    expect(exitCode).toBe(1);
  });
});

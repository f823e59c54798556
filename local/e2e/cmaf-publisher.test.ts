import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { captureChannel } from '../src/capture/capture.ts';
import { checkCapture } from '../src/capture/check-capture.ts';
import { TestSystem } from '../src/test-system.ts';
import { untilLive, untilOffline } from '../src/until-live.ts';

/** FFmpeg's muxers and HTTP client; what it takes stands at its head. */
const PUBLISHER = fileURLToPath(
  new URL('../../ingest-node/src/cmaf/ffmpeg-cmaf-publisher-fixture.ts', import.meta.url),
);
const SEEN_MS_MAX = 60_000;
/** Two whole segments and some, of each rendition. */
const CAPTURE_MS = 7_000;
const FRAMES_MIN = 128;

/** docs/adr/0040-renditions-that-come-encoded.md */
describe('a publisher who has encoded its renditions itself, and sends them as CMAF', () => {
  let test: TestSystem;
  let publisher: ChildProcess | undefined;
  beforeAll(async () => {
    test = await TestSystem.start();
  });
  afterEach(() => stop(publisher));
  afterAll(() => test?.[Symbol.asyncDispose]());

  it('is not offered as sound alone where it sends none', async () => {
    await publish('--no-audio');
    for (const query of ['', '?engine=hls']) {
      const { page, close } = await test.newPage();
      await page.goto(test.watchUrl + query);
      await page.getByRole('button', { name: /^Quality/ }).click({ timeout: SEEN_MS_MAX });
      await page.getByRole('menuitemradio', { name: /^180p/ }).waitFor({ timeout: SEEN_MS_MAX });
      expect([query, await page.getByRole('menuitemradio').allTextContents()]).toEqual([
        query,
        [expect.stringMatching(/^Auto/), expect.stringMatching(/^180p/), expect.stringMatching(/^90p/)],
      ]);
      await close();
    }
  });

  it.each([
    ['in a request for each track', 'mp4'],
    ['in a request for each segment', 'dash'],
  ])(
    '%s, is played from the edge: every playlist keeps the rules, and FFmpeg decodes every frame',
    async (_how, muxer) => {
      const { edgeUrl, channelId } = test.system;
      await publish('--muxer', muxer);
      const results = await checkCapture(await captureChannel({ edgeUrl, channelId, durationMs: CAPTURE_MS }));
      expect(results.map(({ name }) => name).sort()).toEqual(['a64', 'v180', 'v90']);
      // Where the machine is too busy to store both pictures, the larger one is lent the smaller one's.
      const seen = results.map(({ name, format }) => `${name} ${format}`).sort();
      expect(seen[0]).toBe('a64 aac 48000 Hz');
      expect(seen[1]).toMatch(/^v180 h264 (320x180|160x90)$/);
      expect(seen[2]).toBe('v90 h264 160x90');
      for (const { violations, frameCount } of results) {
        expect(violations).toEqual([]);
        expect(frameCount).toBeGreaterThanOrEqual(FRAMES_MIN);
      }
    },
  );
  async function publish(...words: string[]): Promise<void> {
    // The one before has said goodbye; the last one cannot, and its broadcast waits for it.
    await untilOffline(test.statusUrl);
    const { cmafUrl, streamKey } = test.system;
    const all = [`${cmafUrl}/${streamKey}`, ...words, '--paced', '--seconds', '600'];
    publisher = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PUBLISHER, ...all], {
      stdio: 'ignore',
    });
    await untilLive(test.statusUrl);
  }
});

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

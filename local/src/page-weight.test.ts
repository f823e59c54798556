import { gzipSync } from 'node:zlib';
import { bundlePages } from '@sluice/edge/build-pages';
import { describe, expect, it } from 'vitest';

const KIB = 1_024;
/** Before any media, as it travels. */
const PLAYER_BYTES_MAX = 200 * KIB;
/** What is there before anything was asked of the API. */
const CONSOLE_BYTES_MAX = 250 * KIB;

describe('what a page weighs, compressed', async () => {
  const { assets, entries } = await bundlePages();
  const weight = (fileName: string) => gzipSync(assets.find((asset) => asset.fileName === fileName)?.body ?? '').length;

  it.each([
    ['watch', PLAYER_BYTES_MAX],
    ['recorded', PLAYER_BYTES_MAX],
    ['embed', PLAYER_BYTES_MAX],
    ['consoleApp', CONSOLE_BYTES_MAX],
  ] as const)('%s', (name, bytesMax) => {
    const { script, style, preloads } = entries[name];
    const files = [script, style, ...preloads].map((fileName) => [fileName, weight(fileName)] as const);
    expect(files.filter(([, bytes]) => bytes === 0)).toEqual([]);
    const bytes = files.reduce((sum, [, each]) => sum + each, 0);
    expect([files, bytes < bytesMax]).toEqual([files, true]);
  });

  it('keeps the notices of what is bundled', () => {
    const notices = assets.flatMap(({ body }) => /^\/\*! (.*?) \*\//.exec(body)?.[1]?.split('; ') ?? []);
    for (const library of ['Shaka Player', 'hls.js', 'Preact']) {
      expect(notices.filter((notice) => notice.startsWith(`${library}, Copyright`))).not.toEqual([]);
    }
  });

  it('changes only where its sources do', async () => {
    const names = async () => (await bundlePages()).assets.map(({ fileName }) => fileName);
    expect(await names()).toEqual(assets.map(({ fileName }) => fileName));
  });
});

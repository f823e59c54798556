import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AUDIO_SAMPLE_RATE_HZ, mediaGrid } from '@sluice/contracts';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readByteRange } from '../../edge/src/media/byte-range.ts';
import { codeSound } from '../../ingest-node/src/package/coded-programme.ts';
import { addStretch, CodedRecording, exportedFile } from '../../ingest-node/src/package/coded-recording.ts';
import { launchChromium } from '../src/browser/chromium.ts';

const GRID = mediaGrid('ultra', { num: 25, den: 1 });
const SMALL = { widthPx: 160, heightPx: 90 };
const LARGE = { widthPx: 320, heightPx: 180 };
const PAGE = readFileSync(new URL('../src/browser/bare-file.html', import.meta.url));

const Shown = z.object({ durationS: z.number(), heightPx: z.number(), isWhite: z.boolean() });
type Shown = z.infer<typeof Shown>;

// What encoders say of themselves is not what a test prints.
Log.setLevel(AV_LOG_QUIET);

/** Two segments small, two large behind a seam with nothing cut off, two small: 1.28 s each. */
async function fileWithSeams(): Promise<Uint8Array> {
  const recording = new CodedRecording();
  const sound = await codeSound(6 * 60, GRID.frameRate);
  await addStretch(recording, sound, { size: SMALL, grid: GRID, initVersion: 0, msns: [1, 2] });
  await addStretch(recording, sound, { size: LARGE, grid: GRID, initVersion: 16, msns: [3, 4] });
  await addStretch(recording, sound, { size: SMALL, grid: GRID, initVersion: 0, msns: [5, 6] });
  return exportedFile(recording.source({ v90: GRID.videoTimescaleHz, a128: AUDIO_SAMPLE_RATE_HZ }));
}

/** docs/adr/0036-export-in-one-pass.md */
describe('an exported file, opened in a browser', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    const file = await fileWithSeams();
    server = createServer((request, response) => serve(file, request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    browser = await launchChromium();
    page = await browser.newPage();
    const address = server.address();
    await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  const ask = async (what: string): Promise<Shown> => Shown.parse(await page.evaluate(`file.${what}`));

  it('shows the right picture wherever one goes in it, over seams and back', async () => {
    expect((await ask('load("/export.mp4")')).durationS).toBeCloseTo(6 * 1.28, 2);
    // White in the first fifth of each second; between 2.56 s and 5.12 s in the larger size.
    for (const [timeS, heightPx, isWhite] of [
      [1.06, 90, true],
      [3.06, 180, true],
      [4.5, 180, false],
      [0.5, 90, false],
      [4.06, 180, true],
      [6.06, 90, true],
      [2.06, 90, true],
      [3.5, 180, false],
    ] as const) {
      expect(await ask(`seek(${timeS})`)).toMatchObject({ heightPx, isWhite });
    }
  });

  it('plays from its start to its end', async () => {
    await ask('seek(0)');
    expect(await ask('playToEnd(4)')).toMatchObject({ heightPx: 90 });
  });
});

/** The page, and the file in ranges: a browser seeks by them. */
function serve(file: Uint8Array, { url, headers }: IncomingMessage, response: ServerResponse): void {
  if (url !== '/export.mp4') {
    response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    return;
  }
  const range = readByteRange(headers.range);
  const from = range?.kind === 'from' ? range.offsetBytes : 0;
  const bytes = file.subarray(
    from,
    range?.kind === 'from' && range.lastByte !== undefined ? range.lastByte + 1 : undefined,
  );
  response.writeHead(206, {
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    'content-length': bytes.length,
    'content-range': `bytes ${from}-${from + bytes.length - 1}/${file.length}`,
  });
  response.end(bytes);
}

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { readByteRange } from '../../../edge/src/media/byte-range.ts';

/** What a browser shows of a file. */
const Shown = z.object({ durationS: z.number(), heightPx: z.number(), isWhite: z.boolean() });
export type Shown = z.infer<typeof Shown>;

/** A file that a browser plays by itself, on a server of its own. */
export class BareFile implements AsyncDisposable {
  readonly #page: Page;
  readonly #stop: () => void;

  private constructor(page: Page, stop: () => void) {
    this.#page = page;
    this.#stop = stop;
  }

  /** Opens it in that page, and rejects with the browser's own words when it cannot play it. */
  static async open(page: Page, file: Uint8Array): Promise<BareFile> {
    const html = await readFile(new URL('./bare-file.html', import.meta.url));
    const server = createServer((request, response) => {
      if (request.url === '/file.mp4') sendRange(file, request, response);
      else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const opened = new BareFile(page, () => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
    return opened;
  }

  load(): Promise<Shown> {
    return this.#ask('load("/file.mp4")');
  }

  seek(timeS: number): Promise<Shown> {
    return this.#ask(`seek(${timeS})`);
  }

  playToEnd(rate: number): Promise<Shown> {
    return this.#ask(`playToEnd(${rate})`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
  }

  async #ask(what: string): Promise<Shown> {
    return Shown.parse(await this.#page.evaluate(`file.${what}`));
  }
}

/** Browsers seek by ranges. */
function sendRange(file: Uint8Array, { headers }: IncomingMessage, response: ServerResponse): void {
  const range = readByteRange(headers.range);
  const from = range?.kind === 'from' ? range.offsetBytes : 0;
  const to = range?.kind === 'from' && range.lastByte !== undefined ? range.lastByte + 1 : undefined;
  const bytes = file.subarray(from, to);
  response.writeHead(206, {
    'content-type': 'video/mp4',
    'accept-ranges': 'bytes',
    'content-length': bytes.length,
    'content-range': `bytes ${from}-${from + bytes.length - 1}/${file.length}`,
  });
  response.end(bytes);
}

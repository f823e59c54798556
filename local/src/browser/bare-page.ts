import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

/** A page with nothing but hls.js, on a server of its own. */
export interface BarePage {
  /** The address that plays a multivariant playlist. */
  url(playlistUrl: string): string;
  close(): Promise<void>;
}

/** Serves the bare page on 127.0.0.1, on a port that the system chooses. */
export async function serveBarePage(): Promise<BarePage> {
  const page = await readFile(new URL('./bare.html', import.meta.url));
  const player = await readFile(fileURLToPath(import.meta.resolve('hls.js/dist/hls.js')));
  const server = createServer((request, response) => {
    const isPlayer = request.url === '/hls.js';
    response.setHeader('content-type', isPlayer ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isPlayer ? player : page);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: (playlistUrl) => `http://127.0.0.1:${port}/?src=${encodeURIComponent(playlistUrl)}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

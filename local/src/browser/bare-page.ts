import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

/** A page with nothing but a player, on a server of its own. */
export interface BarePage {
  /** The address that plays a multivariant playlist. */
  url(playlistUrl: string): string;
  close(): Promise<void>;
}

const PLAYERS = {
  hls: { page: './bare.html', scriptPath: '/hls.js', script: 'hls.js/dist/hls.js' },
  shaka: { page: './bare-shaka.html', scriptPath: '/shaka.js', script: 'shaka-player/dist/shaka-player.compiled.js' },
} as const;
export type BarePlayer = keyof typeof PLAYERS;

/** Serves the bare page of a player on 127.0.0.1, on a port that the system chooses. */
export async function serveBarePage(playerName: BarePlayer = 'hls'): Promise<BarePage> {
  const { page: pageFile, scriptPath, script } = PLAYERS[playerName];
  const page = await readFile(new URL(pageFile, import.meta.url));
  const player = await readFile(fileURLToPath(import.meta.resolve(script)));
  const server = createServer((request, response) => {
    const isPlayer = request.url === scriptPath;
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

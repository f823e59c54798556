import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

/** Pages with nothing but a player, on a server of their own. */
export interface BarePages {
  /** The address of the page that plays a channel, whose own address has no `/` at its end: `https://…/live/demo`. */
  url(player: BarePlayer, channelUrl: string): string;
  close(): Promise<void>;
}

/** Players as they come, told no more than their users would tell them; by what follows the server's name in the path. */
const PLAYERS = {
  hls: { page: './bare.html', script: 'hls.js/dist/hls.js', reads: 'index.m3u8' },
  'hls-muxed': { page: './bare.html', script: 'hls.js/dist/hls.js', reads: 'muxed.m3u8' },
  shaka: { page: './bare-shaka.html', script: 'shaka-player/dist/shaka-player.compiled.js', reads: 'index.m3u8' },
  'shaka-muxed': {
    page: './bare-shaka.html',
    script: 'shaka-player/dist/shaka-player.compiled.js',
    reads: 'muxed.m3u8',
  },
  'shaka-dash': {
    page: './bare-shaka.html',
    script: 'shaka-player/dist/shaka-player.compiled.js',
    reads: 'manifest.mpd',
  },
  dashjs: { page: './bare-dashjs.html', script: 'dashjs', reads: 'manifest.mpd' },
} as const;
export type BarePlayer = keyof typeof PLAYERS;
export const BARE_PLAYERS = Object.keys(PLAYERS) as readonly BarePlayer[];

/** What is served: `/{player}/` and `/{player}/player.js`. */
interface ServedFile {
  readonly contentType: string;
  readonly body: Buffer;
}

/** Serves the bare pages of all players on 127.0.0.1, on a port that the system chooses. */
export async function serveBarePages(): Promise<BarePages> {
  const files = new Map((await Promise.all(BARE_PLAYERS.map(filesOf))).flat());
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url ?? '/', 'http://bare.test').pathname);
    response.statusCode = file === undefined ? 404 : 200;
    if (file !== undefined) response.setHeader('content-type', file.contentType);
    response.end(file?.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: (player, channelUrl) => {
      const src = encodeURIComponent(`${channelUrl}/${PLAYERS[player].reads}`);
      return `http://127.0.0.1:${port}/${player}/?src=${src}`;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function filesOf(player: BarePlayer): Promise<[string, ServedFile][]> {
  const { page, script } = PLAYERS[player];
  const scriptPath = createRequire(import.meta.url).resolve(script);
  return [
    [`/${player}/`, { contentType: 'text/html; charset=utf-8', body: await readFile(new URL(page, import.meta.url)) }],
    [`/${player}/player.js`, { contentType: 'text/javascript; charset=utf-8', body: await readFile(scriptPath) }],
  ];
}

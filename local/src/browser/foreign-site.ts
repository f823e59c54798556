import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { LOCAL_HOST } from '../ports.ts';

/** A site of somebody else's, whose pages show a channel. It is at two names, which to browsers are two sites. */
export interface ForeignSite extends AsyncDisposable {
  /** `http://127.0.0.1:…` */
  readonly byAddress: string;
  /** The same server as `http://localhost:…` */
  readonly byName: string;
}

/** Pages with nothing but what the documentation says to paste, and only what must be allowed for it. */
export interface ForeignSiteOptions {
  readonly edgeUrl: string;
  readonly channelId: string;
}

/**
 * Serves `/module?engine=…`, a page with `<sluice-player>` and a policy that allows the edge alone; `/isolated`, the same
 * where nothing is taken in that does not agree to it (COEP); and `/frame?…`, a page with the embed page in a frame, the
 * query passed on to that.
 */
export async function serveForeignSite(options: ForeignSiteOptions): Promise<ForeignSite> {
  const server = createServer((request, response) => answer(options, request, response));
  server.listen(0, LOCAL_HOST);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    byAddress: `http://${LOCAL_HOST}:${port}`,
    byName: `http://localhost:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer({ edgeUrl, channelId }: ForeignSiteOptions, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://foreign.test');
  response.setHeader('content-type', 'text/html; charset=utf-8');
  if (pathname === '/frame') {
    response.setHeader('content-security-policy', `default-src 'none'; frame-src ${edgeUrl}`);
    response.end(document(framed(`${edgeUrl}/embed/${channelId}${search}`)));
    return;
  }
  if (pathname !== '/module' && pathname !== '/isolated') {
    // Browsers ask for an icon by themselves.
    response.writeHead(204).end();
    return;
  }
  response.setHeader('content-security-policy', policyFor(edgeUrl));
  if (pathname === '/isolated') response.setHeader('cross-origin-embedder-policy', 'require-corp');
  const engine = searchParams.get('engine') === 'hls' ? ' engine="hls"' : '';
  response.end(
    document(`<script type="module" src="${edgeUrl}/player.js"></script>
<sluice-player channel="${channelId}"${engine}></sluice-player>`),
  );
}

/** As docs/EMBED.md has it. */
function policyFor(edgeUrl: string): string {
  return [
    "default-src 'none'",
    `script-src ${edgeUrl}`,
    `connect-src ${edgeUrl}`,
    `img-src ${edgeUrl}`,
    `media-src blob: ${edgeUrl}`,
  ].join('; ');
}

function framed(src: string): string {
  return `<iframe src="${src}" width="640" height="360" title="live" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>`;
}

function document(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page of another site</title>\n${body}\n</html>`;
}

import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';

/** The least that any edge could do on this platform: one object holds requests and answers all with one string. */
const BARE_MODULE = `
import { DurableObject } from 'cloudflare:workers';
const TEXT = 'x'.repeat(2600);
export class Bare extends DurableObject {
  #waiting = [];
  wait() { return new Promise((resolve) => this.#waiting.push(resolve)); }
  release() { for (const resolve of this.#waiting.splice(0)) resolve(TEXT); }
}
export default {
  async fetch(request, env) {
    const bare = env.BARE.getByName('bare');
    if (request.method === 'POST') { await bare.release(); return new Response(null, { status: 204 }); }
    return new Response(await bare.wait(), { headers: { 'content-type': 'application/vnd.apple.mpegurl' } });
  },
};
`;

export interface BareEdge {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the bound that an edge is compared with. */
export async function startBareEdge(options: { host: string; compatibilityDate: string }): Promise<BareEdge> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: options.host,
      port: 0,
      modules: [{ type: 'ESModule', path: 'bare.js', contents: BARE_MODULE }],
      compatibilityDate: options.compatibilityDate,
      durableObjects: { BARE: { className: 'Bare', useSQLite: true } },
      log: new Log(LogLevel.ERROR),
    }),
  );
  return { url: (await miniflare.ready).origin, close: () => miniflare.dispose() };
}

import { randomBytes } from 'node:crypto';
import type { ChannelId } from '@sluice/contracts';
import { buildWorker } from '@sluice/edge/build';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';

/** The edge in workerd, with its bucket and that bucket's S3 endpoint. */
export interface EdgeRuntime {
  readonly url: string;
  readonly bucket: {
    readonly name: string;
    readonly endpoint: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  /**
   * Resets a channel's object, as the platform does when it moves one or has a new version of the Worker: every call to
   * it that is on its way fails, and the next one starts it again. Only where `isBreakable`.
   */
  resetChannel(channelId: ChannelId): Promise<void>;
  /** Ends workerd with all of its connections and starts it again, on the same port and the same data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface EdgeRuntimeOptions {
  readonly host: string;
  readonly port: number;
  /** Where R2 objects and Durable Object databases are kept. */
  readonly dataDirectory: string;
  /** The control API's public keys, as JSON. */
  readonly controlJwks: string;
  /** Channel objects can be reset from outside; for tests. */
  readonly isBreakable?: boolean;
  /** A line that the Worker wrote to its log, with workerd's name of its level. */
  onLog?(level: string, line: string): void;
}

/** Newer dates change the runtime's behaviour; this one is the date the edge is tested with (edge/wrangler.jsonc). */
const COMPATIBILITY_DATE = '2026-11-01';
const BUCKET_NAME = 'media';
const CHANNEL_CLASS = 'ChannelObject';

/** Around the Worker as it is built: miniflare's own eviction waits until nobody is waiting, which is not what is meant. */
const BREAKABLE_MODULE = `
import worker, { ChannelObject as BuiltObject } from './worker.js';
export class ${CHANNEL_CLASS} extends BuiltObject {
  reset() { this.ctx.abort('reset by a test'); }
}
export default worker;
`;

/**
 * Bundles the Worker and runs it as production would, in workerd. The bucket is written through the same S3 client as
 * in production: the emulated R2 has an S3 endpoint, and what is put there is at once visible to the Worker's binding.
 */
export async function startEdgeRuntime(options: EdgeRuntimeOptions): Promise<EdgeRuntime> {
  const worker = await buildWorker();
  const credentials = { accessKeyId: 'local', secretAccessKey: randomBytes(24).toString('hex') };
  const miniflareOptions = {
    ...convertV4MiniflareOptions({
      host: options.host,
      port: options.port,
      modules: [
        ...(options.isBreakable === true ? [esModule('breakable.js', BREAKABLE_MODULE)] : []),
        esModule('worker.js', worker.code),
      ],
      compatibilityDate: COMPATIBILITY_DATE,
      durableObjects: { CHANNEL: { className: CHANNEL_CLASS, useSQLite: true } },
      r2Buckets: { MEDIA: { id: BUCKET_NAME, s3Credentials: credentials } },
      bindings: { CONTROL_JWKS: options.controlJwks },
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs: ({ level, message }) => options.onLog?.(level, message),
    }),
    resourcePersistencePath: options.dataDirectory,
  };
  const miniflare = withoutSignalListeners(() => new Miniflare(miniflareOptions));
  const url = (await miniflare.ready).origin;
  return {
    url,
    bucket: { name: BUCKET_NAME, endpoint: `${url}/cdn-cgi/local/r2/s3`, ...credentials },
    resetChannel: (channelId) => resetChannel(miniflare, channelId),
    restart: () => miniflare.setOptions(miniflareOptions),
    close: () => miniflare.dispose(),
  };
}

function esModule(path: string, contents: string) {
  return { type: 'ESModule', path, contents } as const;
}

async function resetChannel(miniflare: Miniflare, channelId: ChannelId): Promise<void> {
  const channels = await miniflare.getDurableObjectNamespace('CHANNEL');
  const channel = channels.get(channels.idFromName(channelId));
  if (!('reset' in channel) || typeof channel.reset !== 'function') throw new Error('this edge is not breakable');
  // The call that resets it fails as all the others do.
  await channel.reset().catch(() => undefined);
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Miniflare ends the process at its first signal. Here the owner of the process does, with everything in order. */
function withoutSignalListeners<T>(make: () => T): T {
  const before = SIGNALS.map((signal) => process.listeners(signal));
  const made = make();
  for (const [index, signal] of SIGNALS.entries()) {
    const added = process.listeners(signal).filter((listener) => !before[index]?.includes(listener));
    for (const listener of added) process.off(signal, listener);
  }
  return made;
}

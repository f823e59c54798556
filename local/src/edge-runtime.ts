import { randomBytes } from 'node:crypto';
import type { ChannelId, IngestAddress } from '@sluice/contracts';
import { buildWorker } from '@sluice/edge/build';
import { REGIONS } from '@sluice/edge/region';
import { relayName } from '@sluice/edge/relay-address';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { esModule, type UploadedWorker, workerOf } from './uploaded-worker.ts';

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
  /** Resets the first relay of a channel in every region, likewise. */
  resetRelays(channelId: ChannelId): Promise<void>;
  /** How often each method of a channel's object was called since it was started. Only where `isBreakable`. */
  channelCalls(channelId: ChannelId): Promise<ReadonlyMap<string, number>>;
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
  readonly controlUrl: string;
  /** Of the bucket's S3 endpoint; made anew, if absent. */
  readonly bucketCredentials?: BucketCredentials;
  /** What the edge proves itself to the control API with. Secret. Absent: the control API is told no events. */
  readonly edgeToken?: string;
  /** Where publishers push to, for the console to show. */
  readonly ingestAddresses?: readonly IngestAddress[];
  /**
   * With it the console is open: what its pages ask the control API goes there with this token (docs/adr/0052). Absent: they
   * bring one. Secret.
   */
  readonly consoleToken?: string;
  /** Objects can be reset from outside, and tell what was asked of them; for tests. */
  readonly isBreakable?: boolean;
  /** More text bindings (edge/src/environment.ts), such as those that leave a layer out. */
  readonly variables?: Readonly<Record<string, string>>;
  /** The Worker as it was uploaded to Cloudflare, with what it was bound to; as it is in this tree, if absent. */
  readonly uploaded?: UploadedWorker;
  /** A line that the Worker wrote to its log, with workerd's name of its level. */
  onLog?(level: string, line: string): void;
}

/** Newer dates change the runtime's behaviour; this one is the date the edge is tested with (edge/wrangler.jsonc). */
export const COMPATIBILITY_DATE = '2026-11-01';
/**
 * Miniflare's cache is a second copy on the same disk as its bucket: a part's GET costs three times the CPU with it, and
 * the copies are never removed (docs/adr/0027-media-through-layers.md). The edge's own tests run with it.
 */
const EMULATED_CACHE = 'off';
const BUCKET_NAME = 'media';
const CHANNEL_CLASS = 'ChannelObject';
const RELAY_CLASS = 'RelayObject';

/** Around the Worker as it is built: miniflare's own eviction waits until nobody is waiting, which is not what is meant. */
const BREAKABLE_MODULE = `
import worker, { ${CHANNEL_CLASS} as BuiltChannel, ${RELAY_CLASS} as BuiltRelay } from './worker.js';
export * from './worker.js';
export class ${CHANNEL_CLASS} extends BuiltChannel {
  #calls = new Map();
  reset() { this.ctx.abort('reset by a test'); }
  calls() { return [...this.#calls]; }
  note(name) { this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1); }
}
for (const name of Object.getOwnPropertyNames(BuiltChannel.prototype).filter((name) => name !== 'constructor')) {
  ${CHANNEL_CLASS}.prototype[name] = function (...words) {
    this.note(name);
    return BuiltChannel.prototype[name].apply(this, words);
  };
}
export class ${RELAY_CLASS} extends BuiltRelay {
  reset() { this.ctx.abort('reset by a test'); }
}
export default worker;
`;

/**
 * Bundles the Worker and runs it as production would, in workerd. The bucket is written through the same S3 client as
 * in production: the emulated R2 has an S3 endpoint, and what is put there is at once visible to the Worker's binding.
 */
export async function startEdgeRuntime(options: EdgeRuntimeOptions): Promise<EdgeRuntime> {
  const credentials = options.bucketCredentials ?? makeBucketCredentials();
  const { uploaded } = options;
  const worker = uploaded === undefined ? await builtWorker(options, credentials) : workerOf(uploaded, credentials);
  const miniflareOptions = {
    ...convertV4MiniflareOptions({
      host: options.host,
      port: options.port,
      ...worker,
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs: ({ level, message }) => options.onLog?.(level, message),
    }),
    resourcePersistencePath: options.dataDirectory,
  };
  const miniflare = withoutSignalListeners(() => new Miniflare(miniflareOptions));
  const url = (await miniflare.ready).origin;
  return {
    url,
    bucket: { ...localBucket(url), ...credentials },
    resetChannel: async (channelId) => reset(await objectNamed(miniflare, 'CHANNEL', channelId)),
    resetRelays: async (channelId) => {
      const names = REGIONS.map((region) => relayName({ channelId, region, shard: 0 }));
      await Promise.all(names.map(async (name) => reset(await objectNamed(miniflare, 'RELAY', name))));
    },
    channelCalls: async (channelId) => callsOf(await objectNamed(miniflare, 'CHANNEL', channelId)),
    restart: () => miniflare.setOptions(miniflareOptions),
    close: () => miniflare.dispose(),
  };
}

/** The Worker of this tree, bound as a local system is. */
async function builtWorker(options: EdgeRuntimeOptions, credentials: BucketCredentials) {
  const { code } = await buildWorker();
  return {
    modules: [
      ...(options.isBreakable === true ? [esModule('breakable.js', BREAKABLE_MODULE)] : []),
      esModule('worker.js', code),
    ],
    compatibilityDate: COMPATIBILITY_DATE,
    durableObjects: {
      CHANNEL: { className: CHANNEL_CLASS, useSQLite: true },
      RELAY: { className: RELAY_CLASS, useSQLite: true },
      DIRECTORY: { className: 'DirectoryObject', useSQLite: true },
    },
    r2Buckets: { MEDIA: { id: BUCKET_NAME, s3Credentials: credentials } },
    bindings: {
      CONTROL_JWKS: options.controlJwks,
      CONTROL_URL: options.controlUrl,
      ...(options.edgeToken !== undefined && { EDGE_TOKEN: options.edgeToken }),
      ...(options.ingestAddresses !== undefined && { INGEST_ADDRESSES: JSON.stringify(options.ingestAddresses) }),
      ...(options.consoleToken !== undefined && { CONSOLE_ACCESS: 'open', CONSOLE_TOKEN: options.consoleToken }),
      MEDIA_CACHE: EMULATED_CACHE,
      ...options.variables,
    },
  };
}

/** A key to a bucket. Secret. */
export interface BucketCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export function makeBucketCredentials(): BucketCredentials {
  return { accessKeyId: 'local', secretAccessKey: randomBytes(24).toString('hex') };
}

/** Where an edge at this address has its bucket. */
export function localBucket(edgeUrl: string): { readonly name: string; readonly endpoint: string } {
  return { name: BUCKET_NAME, endpoint: `${edgeUrl}/cdn-cgi/local/r2/s3` };
}

async function objectNamed(miniflare: Miniflare, binding: string, name: string): Promise<object> {
  const objects = await miniflare.getDurableObjectNamespace(binding);
  return objects.get(objects.idFromName(name));
}

async function reset(object: object): Promise<void> {
  if (!('reset' in object) || typeof object.reset !== 'function') throw new Error('this edge is not breakable');
  // The call that resets it fails as all the others do.
  await object.reset().catch(() => undefined);
}

async function callsOf(object: object): Promise<ReadonlyMap<string, number>> {
  if (!('calls' in object) || typeof object.calls !== 'function') throw new Error('this edge is not breakable');
  return new Map(await object.calls());
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

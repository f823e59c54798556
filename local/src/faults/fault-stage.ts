import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BARE_PLAYERS, type BarePages, type BarePlayer, serveBarePages } from '../browser/bare-page.ts';
import { isOurPage, OUR_PAGES, type OurPage, ourPageUrl } from '../browser/our-page.ts';
import type { ProbeRecord } from '../browser/probe-record.ts';
import type { ExtraIngestNode, ExtraIngestNodeOptions, IngestAddresses } from '../ingest-nodes.ts';
import { freePorts, LOCAL_HOST } from '../ports.ts';
import type { PublisherProcess } from '../publish/publisher-process.ts';
import { TestSystem, type TestSystemOptions, type WatchedPage } from '../test-system.ts';
import { untilLive } from '../until-live.ts';
import { HttpFaultProxy } from './http-fault-proxy.ts';
import { otherBuild } from './other-build.ts';
import { PlaylistWitness } from './playlist-witness.ts';
import { TcpFaultProxy } from './tcp-fault-proxy.ts';

/** A light picture: a machine with few cores must do all of it at once, and a stall is to come of the fault alone. */
export const LIGHT_SOURCE = { widthPx: 640, heightPx: 360, videoBitrateBps: 1_000_000 } as const;
/** Large enough for a ladder of three. */
export const LADDER_SOURCE = { widthPx: 1_280, heightPx: 720, videoBitrateBps: 2_500_000 } as const;
export type FaultSource = typeof LIGHT_SOURCE | typeof LADDER_SOURCE;
const FIRST_FRAME_MS_MAX = 60_000;
const LOOK_EVERY_MS = 50;

/** Proxies between an ingest node and what it needs. Viewers go past them. */
export interface StageProxies {
  /** Only its PUTs are broken. */
  readonly storage: HttpFaultProxy;
  readonly edge: HttpFaultProxy;
  readonly control: HttpFaultProxy;
}

/** An encoder that is connected as far as it can be, and is let in at the moment it is told to. */
export interface WaitingPublisher {
  readonly process: PublisherProcess;
  /** Resolves with the wall time at which the server said yes; `undefined` when it said no. */
  enter(): Promise<number | undefined>;
}

/** Ours, hls.js as it comes, and others as they come. */
export type PageName = OurPage | 'bare' | Exclude<BarePlayer, 'hls'>;
/** The players that most viewers have; a third one is one more that wants CPU. */
export const PAGE_NAMES: readonly PageName[] = ['watch', 'bare'];
export const ALL_PAGES: readonly PageName[] = [
  ...OUR_PAGES,
  'bare',
  ...BARE_PLAYERS.filter((player) => player !== 'hls'),
];

/** Whether there is such a page. */
export function isPageName(name: string): name is PageName {
  return ALL_PAGES.some((each) => each === name);
}

export interface FaultStageOptions extends Pick<TestSystemOptions, 'profile' | 'log' | 'logLevel' | 'regions'> {
  readonly source?: FaultSource;
  /** The publisher that goes live connects again by itself (PublishOptions); absent: it ends when it is cut off. */
  readonly reconnectAfterMs?: number;
}

interface StageParts {
  readonly test: TestSystem;
  readonly proxies: StageProxies;
  readonly source: FaultSource;
  readonly reconnectAfterMs: number | undefined;
}

/** A whole system with a publisher and two viewers, in which things can be broken. */
export class FaultStage implements AsyncDisposable {
  readonly test: TestSystem;
  readonly proxies: StageProxies;
  readonly #owned: AsyncDisposableStack;
  readonly #pages = new Map<PageName, WatchedPage>();
  readonly #source: FaultSource;
  readonly #reconnectAfterMs: number | undefined;
  readonly #metricsUrls: string[];
  #bare: Promise<BarePages> | undefined;
  #publisher: PublisherProcess | undefined;
  #witness: PlaylistWitness | undefined;

  static async start({
    source = LIGHT_SOURCE,
    reconnectAfterMs,
    ...options
  }: FaultStageOptions = {}): Promise<FaultStage> {
    await using owned = new AsyncDisposableStack();
    const proxies = Promise.withResolvers<StageProxies>();
    const detour = async (real: IngestAddresses): Promise<IngestAddresses> => {
      const storage = owned.use(await HttpFaultProxy.listen({ upstream: real.s3Endpoint, methods: ['PUT'] }));
      const edge = owned.use(await HttpFaultProxy.listen({ upstream: real.edgeUrl }));
      const control = owned.use(await HttpFaultProxy.listen({ upstream: real.controlUrl }));
      proxies.resolve({ storage, edge, control });
      return { s3Endpoint: storage.url, edgeUrl: edge.url, controlUrl: control.url };
    };
    const test = owned.use(await TestSystem.start({ ...options, isBreakable: true, detour }));
    return new FaultStage({ test, proxies: await proxies.promise, source, reconnectAfterMs }, owned.move());
  }

  private constructor({ test, proxies, source, reconnectAfterMs }: StageParts, owned: AsyncDisposableStack) {
    this.test = test;
    this.proxies = proxies;
    this.#source = source;
    this.#reconnectAfterMs = reconnectAfterMs;
    this.#metricsUrls = [test.system.metricsUrl];
    this.#owned = owned;
  }

  /** The publisher that is on now. */
  get publisher(): PublisherProcess {
    if (this.#publisher === undefined) throw new Error('nobody publishes');
    return this.#publisher;
  }

  get witness(): PlaylistWitness {
    if (this.#witness === undefined) throw new Error('nobody watches the playlists');
    return this.#witness;
  }

  get pages(): ReadonlyMap<PageName, WatchedPage> {
    return this.#pages;
  }

  /** Publishes; resolves once the channel is live. */
  async goLive(): Promise<void> {
    this.#publisher = this.test.publish({ ...this.#source, reconnectAfterMs: this.#reconnectAfterMs });
    await untilLive(this.test.statusUrl);
    this.#witness = this.#owned.use(new PlaylistWitness(this.test.playlistUrl));
  }

  /** Opens pages; resolves once each of them shows the clock. */
  async watch(names: readonly PageName[]): Promise<void> {
    await Promise.all(names.map((name) => this.#open(name)));
  }

  /** Everything that each page showed so far. */
  async look(): Promise<Map<PageName, ProbeRecord>> {
    const entries = [...this.#pages].map(async ([name, { probe }]) => [name, await probe.look()] as const);
    return new Map(await Promise.all(entries));
  }

  /**
   * Another encoder process with the same settings and the same key, connected to a proxy that does not let it further:
   * so it can be let in at a moment, and not whenever a process has started.
   */
  async waitingPublisher(rtmpPort = this.test.system.ports.rtmp): Promise<WaitingPublisher> {
    const gate = this.#owned.use(await TcpFaultProxy.listen({ upstreamPort: rtmpPort }));
    gate.set({ kind: 'silent' });
    const process = this.test.publish({ ...this.#source, url: `rtmp://${LOCAL_HOST}:${gate.port}/live` });
    let hasEnded = false;
    void process.ended.then(() => {
      hasEnded = true;
    });
    while (gate.connectionCount === 0) {
      if (hasEnded) throw new Error('the publisher ended before it connected');
      await sleep(LOOK_EVERY_MS);
    }
    return {
      process,
      enter: async () => {
        gate.set({ kind: 'pass' });
        const entered = await process.publishing;
        if (entered !== undefined) this.#publisher = process;
        return entered?.publishingAtMs;
      },
    };
  }

  /** Another ingest node, which ends with the stage. */
  async anotherNode(options?: ExtraIngestNodeOptions): Promise<ExtraIngestNode> {
    const node = await this.test.system.startIngestNode(await freePorts(), options);
    this.#metricsUrls.push(node.metricsUrl);
    return node;
  }

  /** One whose encoders make streams that need another init segment. */
  async anotherBuild(): Promise<ExtraIngestNode> {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-build-'));
    this.#owned.defer(() => rm(directory, { recursive: true, force: true }));
    return await this.anotherNode({ main: await otherBuild(join(directory, 'build')) });
  }

  /** Of all its ingest nodes, those that have died among them. */
  get metricsUrls(): readonly string[] {
    return this.#metricsUrls;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }

  async #open(name: PageName): Promise<void> {
    const watched = await this.test.newPage();
    this.#pages.set(name, watched);
    await watched.page.goto(await this.#address(name));
    const hasClock = ({ frames }: ProbeRecord) => frames.some(({ drawnAtMs }) => drawnAtMs !== undefined);
    await watched.probe.until(`a first picture on the ${name} page`, hasClock, FIRST_FRAME_MS_MAX);
  }

  async #address(name: PageName): Promise<string> {
    if (isOurPage(name)) return ourPageUrl(name, this.test.watchUrl);
    this.#bare ??= this.#serveBarePages();
    const bare = await this.#bare;
    return bare.url(name === 'bare' ? 'hls' : name, this.test.channelUrl);
  }

  async #serveBarePages(): Promise<BarePages> {
    const bare = await serveBarePages();
    this.#owned.defer(() => bare.close());
    return bare;
  }
}

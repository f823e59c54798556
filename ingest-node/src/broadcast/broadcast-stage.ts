import { fileURLToPath } from 'node:url';
import { type IngestEvent, type IngestProtocol, NodeId, type StorageCredentials } from '@sluice/contracts';
import { pino } from 'pino';
import { ControlClient } from '../control/control-client.ts';
import { EdgeClient } from '../control/edge-client.ts';
import { EventOutbox } from '../control/event-outbox.ts';
import { type PeerReply, type PeerRequest, ScriptedPeer } from '../control/scripted-peer.ts';
import type { PublishedEvent } from '../media/source.ts';
import { Metrics } from '../operations/metrics.ts';
import { V720 } from '../package/packaging-fixture.ts';
import type { DemandLimits } from '../publish/rendition-demand.ts';
import { ScriptedEdge } from '../publish/scripted-edge.ts';
import { ScriptedStore } from '../publish/scripted-store.ts';
import type { PublishAnswer, PublishEnd, PublishEndReason, PublishRefusal, PublishSink } from '../server/publisher.ts';
import type { TranscoderLimits } from '../transcode/transcoder.ts';
import { BroadcastRegistry } from './broadcast-registry.ts';
import { DEMO_SETTINGS } from './fixtures/settings-fixture.ts';

/** For tests: a registry between a scripted control API, edge and bucket, with transcoders that make parts to order. */

export const STREAM_KEY = 'the-secret-stream-key';
export const GRANT = 'the-secret-grant';

interface StageOptions {
  readonly broadcastsMax?: number;
  readonly checkEveryMs?: number;
  readonly transcoderLimits?: Partial<TranscoderLimits>;
  readonly demandLimits?: DemandLimits;
}

/** For tests: what the control API gives out; `name` is in all of it. */
export function storageNamed(name: string, expiresAtMs = Date.now() + 3_600_000): StorageCredentials {
  return { accessKeyId: `id-${name}`, secretAccessKey: `secret-${name}`, sessionToken: `session-${name}`, expiresAtMs };
}

/** Not while a test runs. */
const NEVER_MS = 600_000;

export class BroadcastStage implements AsyncDisposable {
  readonly control: ScriptedPeer;
  readonly edge: ScriptedEdge;
  readonly store = new ScriptedStore({ isPrompt: true });
  readonly metrics = new Metrics();
  readonly registry: BroadcastRegistry;
  readonly logLines: string[] = [];
  readonly events: EventOutbox;
  /** What the control API was told. */
  readonly told: IngestEvent[] = [];
  readonly #woken = new Set<() => void>();
  settings = DEMO_SETTINGS;
  grantLifeMs = 600_000;
  grant = GRANT;
  /** What the control API gives out to store with, by channel; nothing, where there is none. */
  readonly storage = new Map<string, StorageCredentials>();

  static async open(options: StageOptions = {}): Promise<BroadcastStage> {
    const control = await ScriptedPeer.listen(() => ({ status: 500 }));
    return new BroadcastStage(control, await ScriptedEdge.listen(), options);
  }

  private constructor(
    control: ScriptedPeer,
    edge: ScriptedEdge,
    { broadcastsMax = 4, checkEveryMs = NEVER_MS, transcoderLimits, demandLimits }: StageOptions,
  ) {
    this.control = control;
    this.edge = edge;
    control.script = () => this.authorized();
    const nodeId = NodeId.parse('node-1');
    const client = new ControlClient({ controlUrl: control.url, nodeToken: 'the-secret-token', withinMs: 5_000 });
    this.events = new EventOutbox({
      gatherMs: 0,
      send: async (events) => {
        this.told.push(...events);
        return { kind: 'answered', answer: { kept: events.length, dropped: 0 } };
      },
      onTrouble: () => {},
    });
    this.registry = new BroadcastRegistry({
      broadcastsMax,
      checkEveryMs,
      services: {
        nodeId,
        control: client,
        events: this.events,
        edge: new EdgeClient({ edgeUrl: edge.peer.url }),
        store: this.store,
        metrics: this.metrics,
        logger: pino({ level: 'debug' }, { write: (line: string) => this.#logged(line) }),
        cpuCount: 2,
        leasePatience: { everyMs: 1, forMs: 2 },
        restreamAccess: { arePrivateTargetsAllowed: true },
        ...(transcoderLimits && { transcoderLimits }),
        ...(demandLimits && { demandLimits }),
        childCommand: {
          file: process.execPath,
          args: [
            '--disable-warning=ExperimentalWarning',
            fileURLToPath(new URL('./fixtures/parts-child.ts', import.meta.url)),
          ],
          env: {},
        },
      },
    });
  }

  /** The yes of the control API, as of now. */
  authorized(): PeerReply {
    const grantExpiresAtMs = Date.now() + this.grantLifeMs;
    const { settings, grant } = this;
    const storage = this.storage.get(settings.channelId);
    const answer = { settings, grant, grantExpiresAtMs, keyId: 'key-1', authorizedAtMs: 1, storage };
    return { status: 200, body: answer };
  }

  async publish(
    query?: string,
    publisher = new StagePublisher(),
    protocol: IngestProtocol = 'rtmp',
  ): Promise<StagePublisher> {
    const from = { clientAddress: '192.0.2.7', clientPort: 5_000 };
    const attempt = {
      protocol,
      streamKey: STREAM_KEY,
      ...(query !== undefined && { query }),
      ...from,
    };
    publisher.answered(await this.registry.publish(attempt, publisher));
    return publisher;
  }

  /** A publisher whose first part is listed. */
  async livePublisher(): Promise<StagePublisher> {
    const publisher = await this.publish();
    publisher.send();
    await this.edge.untilListed(V720, 1);
    return publisher;
  }

  /** From now on the edge answers who asks for a lease only once it is released. */
  holdLease(): { readonly asked: Promise<void>; readonly release: () => void } {
    const asked = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const { peer } = this.edge;
    const answer = peer.script;
    peer.script = async (request) => {
      if (request.method === 'POST' && request.path.endsWith('/lease')) {
        asked.resolve();
        await held.promise;
      }
      return answer(request);
    };
    return { asked: asked.promise, release: () => held.resolve() };
  }

  leaseRequests(method: 'POST' | 'DELETE'): PeerRequest[] {
    return this.edge.peer.requests.filter((request) => request.path.endsWith('/lease') && request.method === method);
  }

  /** Resolves when so many lines with this message have been logged. */
  async untilLogged(message: string, times = 1): Promise<void> {
    while (this.logLines.filter((line) => line.includes(`"msg":"${message}"`)).length < times) {
      await new Promise<void>((resolve) => this.#woken.add(resolve));
    }
  }

  /** Sums of the gauge over all its labels. */
  async broadcastCount(): Promise<number> {
    const { values } = await this.metrics.broadcasts.get();
    return values.reduce((sum, { value }) => sum + value, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry.drain();
    await this.events.close();
    await this.edge[Symbol.asyncDispose]();
    await this.control[Symbol.asyncDispose]();
  }

  #logged(line: string): void {
    this.logLines.push(line);
    for (const wake of this.#woken) wake();
    this.#woken.clear();
  }
}

/** A publisher as a server hands it over. */
export class StagePublisher {
  readonly pauses: boolean[] = [];
  isGone = false;
  closedWith: PublishRefusal | undefined;
  refusal: PublishRefusal | undefined;
  readonly #closed = Promise.withResolvers<PublishRefusal>();
  #sink: PublishSink | undefined;

  /** Resolves when it is sent away. */
  get closed(): Promise<PublishRefusal> {
    return this.#closed.promise;
  }

  answered(answer: PublishAnswer): void {
    if (answer.ok) this.#sink = answer.sink;
    else this.refusal = answer.refusal;
  }

  /** One part of each rendition; or an order to the transcoder's stand-in. */
  send(order = 'a part', sizeBytes = 40): void {
    const payload = Buffer.from(order.padEnd(sizeBytes));
    this.sendEvent({ kind: 'video', ptsUs: 0, dtsUs: 0, isKeyframe: true, payload });
  }

  sendEvent(event: PublishedEvent): void {
    this.#sink?.onEvent(event);
  }

  /** Its tracks, as a protocol tells them before their packets. */
  configure(): void {
    const extradata = Uint8Array.of(1, 66, 0, 30, 255, 225, 0, 4, 103, 66, 0, 30, 1, 0, 2, 104, 206);
    this.#sink?.onEvent({ kind: 'video-config', codec: 'h264', extradata });
    const aac = { codec: 'aac', extradata: Uint8Array.of(0x11, 0x90), sampleRateHz: 48_000, channelCount: 2 } as const;
    this.#sink?.onEvent({ kind: 'audio-config', ...aac });
  }

  /** Its protocol has something to say. */
  warn(sentence: string): void {
    this.#sink?.onWarning?.(sentence);
  }

  leave(reason: PublishEndReason): void {
    this.isGone = true;
    const end: PublishEnd = { reason, detail: reason };
    const sink = this.#sink;
    this.#sink = undefined;
    sink?.onEnd(end);
  }

  close(refusal: PublishRefusal): void {
    this.closedWith = refusal;
    this.leave('closed-by-us');
    this.#closed.resolve(refusal);
  }

  setPaused(isPaused: boolean): void {
    this.pauses.push(isPaused);
  }
}

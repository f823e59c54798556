import type { ChildProcess } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IngestProtocol } from '@sluice/contracts';
import type { Logger } from 'pino';
import { CmafServer } from './cmaf/cmaf-server.ts';
import type { Metrics } from './operations/metrics.ts';
import type { PlayHandler } from './server/player.ts';
import { PlayerCount } from './server/player-count.ts';
import type { PublishHandler } from './server/publisher.ts';
import { RtmpServer } from './server/rtmp-server.ts';
import type { TlsCertificate } from './server/tls-acceptor.ts';
import type { Settings } from './settings.ts';
import { SrtServer } from './srt/srt-server.ts';

/** Encoders that understand it connect to another node before their broadcast is finished here. */
const MOVE_MS_MAX = 5_000;
/** How often the certificate's file is looked at: whoever renews it does so weeks before it ends. */
const CERTIFICATE_EVERY_MS = 60_000;

export interface IngestServersOptions {
  readonly settings: Settings;
  readonly onPublish: PublishHandler;
  readonly onPlay: PlayHandler;
  /** See SrtServerOptions. */
  readonly takeReceiver: () => ChildProcess;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** The ports that publishers come to, one server a protocol. */
export class IngestServers {
  readonly rtmp: RtmpServer;
  readonly rtmps: RtmpServer | undefined;
  readonly srt: SrtServer;
  /** There where a port is set for it. */
  readonly cmaf: CmafServer | undefined;
  #certificateTimer: NodeJS.Timeout | undefined;

  /** Resolves when all listen. Rejects with Node's own error when a port is taken or the certificate cannot be read. */
  static async listen(options: IngestServersOptions): Promise<IngestServers> {
    const { settings } = options;
    await using opened = new AsyncDisposableStack();
    const close = <T extends { close(): Promise<void> }>(server: T): T => {
      opened.defer(() => server.close());
      return server;
    };
    const players = new PlayerCount();
    const rtmp = close(await listenRtmp({ ...options, players }));
    const certificate = settings.tls && (await readCertificate(settings.tls));
    const rtmps = certificate && close(await listenRtmp({ ...options, players, certificate }));
    const srt = close(await listenSrt(options));
    const cmaf = settings.cmafPort === undefined ? undefined : close(await listenCmaf(options, settings.cmafPort));
    opened.move();
    return new IngestServers({ rtmp, rtmps, srt, cmaf }, options);
  }

  private constructor(
    servers: Pick<IngestServers, 'rtmp' | 'rtmps' | 'srt' | 'cmaf'>,
    { settings: { tls }, logger }: IngestServersOptions,
  ) {
    this.rtmp = servers.rtmp;
    this.rtmps = servers.rtmps;
    this.srt = servers.srt;
    this.cmaf = servers.cmaf;
    if (tls === undefined) return;
    let readAtMs = Date.now();
    const look = async () => {
      const { mtimeMs } = await stat(tls.certFile);
      if (mtimeMs <= readAtMs) return;
      readAtMs = mtimeMs;
      this.rtmps?.setCertificate(await readCertificate(tls));
      logger.info('the certificate for RTMPS was read anew');
    };
    this.#certificateTimer = setInterval(() => {
      void look().catch((error: Error) => logger.error({ why: error.message }, 'the certificate cannot be read anew'));
    }, CERTIFICATE_EVERY_MS);
    this.#certificateTimer.unref();
  }

  get #all(): readonly (RtmpServer | SrtServer | CmafServer)[] {
    return [this.rtmp, this.rtmps, this.srt, this.cmaf].filter((server) => server !== undefined);
  }

  /** Takes nobody any more. Resolves when those who can have moved to another node, or have had the time to. */
  async stopAccepting(): Promise<void> {
    for (const server of this.#all) server.stopAccepting();
    const timer = new AbortController();
    const moved = Promise.all([this.rtmp.moved, this.rtmps?.moved]);
    await Promise.race([moved, sleep(MOVE_MS_MAX, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
  }

  /** Ends every connection. Resolves when no socket, child or timer is left. */
  async close(): Promise<void> {
    clearInterval(this.#certificateTimer);
    await Promise.all(this.#all.map((server) => server.close()));
  }
}

function listenRtmp(
  options: IngestServersOptions & { readonly players: PlayerCount; readonly certificate?: TlsCertificate },
): Promise<RtmpServer> {
  const { settings, certificate, players, onPlay } = options;
  return RtmpServer.listen({
    ...common(options, certificate === undefined ? 'rtmp' : 'rtmps'),
    port: certificate === undefined ? settings.rtmpPort : settings.rtmpsPort,
    ...(certificate && { tls: certificate }),
    onPlay,
    players,
  });
}

function listenSrt(options: IngestServersOptions): Promise<SrtServer> {
  const { srtPort, srtPortKeys } = options.settings;
  const { takeReceiver } = options;
  return SrtServer.listen({ ...common(options, 'srt'), port: srtPort, portKeys: srtPortKeys, takeReceiver });
}

function listenCmaf(options: IngestServersOptions, port: number): Promise<CmafServer> {
  return CmafServer.listen({ ...common(options, 'cmaf'), port });
}

/** What every server is told alike. */
function common({ settings, onPublish, metrics, logger }: IngestServersOptions, protocol: IngestProtocol) {
  return {
    host: settings.host,
    onPublish,
    logger: logger.child({ protocol }),
    onConnections: (count: number) => metrics.connections.set({ protocol }, count),
    onReceived: (bytes: number) => metrics.receivedBytes.inc(bytes),
    onRefused: (code: string) => metrics.publishesRefused.inc({ code }),
  };
}

async function readCertificate({ certFile, keyFile }: NonNullable<Settings['tls']>): Promise<TlsCertificate> {
  const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
  return { cert, key };
}

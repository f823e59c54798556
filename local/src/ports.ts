import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Where local mode listens, without an offset (README.md). */
export const DEFAULT_PORTS = {
  rtmp: 1935,
  rtmps: 1936,
  srt: 8890,
  cmaf: 8083,
  edge: 8080,
  control: 8081,
  metrics: 8082,
} as const;

/** The ports one local system listens on; SRT's is a UDP port. */
export interface Ports {
  readonly rtmp: number;
  readonly rtmps: number;
  readonly srt: number;
  readonly cmaf: number;
  readonly edge: number;
  readonly control: number;
  readonly metrics: number;
}

/** The ports of an ingest node. */
export type IngestPorts = Pick<Ports, 'rtmp' | 'rtmps' | 'srt' | 'cmaf' | 'metrics'>;

export const LOCAL_HOST = '127.0.0.1';

/** Somebody else listens on a port that is needed. The message is one line for the person at the terminal. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  readonly port: number;
  constructor(port: number, purpose: string, options?: ErrorOptions) {
    super(
      `Port ${port} (${purpose}) is taken. Stop what listens there, or start with --port-offset 100 to use other ports.`,
      options,
    );
    this.port = port;
  }
}

export function portsWithOffset(offset: number): Ports {
  return {
    rtmp: DEFAULT_PORTS.rtmp + offset,
    rtmps: DEFAULT_PORTS.rtmps + offset,
    srt: DEFAULT_PORTS.srt + offset,
    cmaf: DEFAULT_PORTS.cmaf + offset,
    edge: DEFAULT_PORTS.edge + offset,
    control: DEFAULT_PORTS.control + offset,
    metrics: DEFAULT_PORTS.metrics + offset,
  };
}

/** Every region's node listens so much higher than the one before it; the documented ports are then the front's. */
const REGION_STEP = 1_000;
/** More would be of no use on one machine. */
export const REGIONS_MAX = 3;

/** The highest port without an offset is SRT's; with a larger one than this ports would leave their range. */
export function portOffsetMax(regionCount: number): number {
  return 65_535 - DEFAULT_PORTS.srt - (regionCount > 1 ? regionCount * REGION_STEP : 0);
}

/** Of the node of a region, counted from 0. */
export function regionPorts(offset: number, region: number): IngestPorts {
  const { rtmp, rtmps, srt, cmaf, metrics } = portsWithOffset(offset + (region + 1) * REGION_STEP);
  return { rtmp, rtmps, srt, cmaf, metrics };
}

/** Ports that are free now, chosen by the operating system; for tests, so that any number run side by side. */
export async function freePorts(): Promise<Ports> {
  const [rtmp, rtmps, srt, cmaf, edge, control, metrics] = await Promise.all([
    freePort(),
    freePort(),
    freeUdpPort(),
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  return { rtmp, rtmps, srt, cmaf, edge, control, metrics };
}

/** Throws PortTakenError for the first port that somebody listens on. */
export async function assertPortsFree(ports: Ports | IngestPorts): Promise<void> {
  const { srt, ...tcp } = ports;
  for (const [purpose, port] of Object.entries(tcp)) await listenOnce(port, purpose);
  await bindOnce(srt, 'srt');
}

async function freePort(): Promise<number> {
  return await listenOnce(0, 'any');
}

async function freeUdpPort(): Promise<number> {
  return await bindOnce(0, 'any');
}

function bindOnce(port: number, purpose: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', (cause: NodeJS.ErrnoException) => reject(refusalOf(port, purpose, cause)));
    socket.bind({ port, address: LOCAL_HOST, exclusive: true }, () => {
      const bound = socket.address().port;
      socket.close(() => resolve(bound));
    });
  });
}

function refusalOf(port: number, purpose: string, cause: NodeJS.ErrnoException): Error {
  const isTaken = cause.code === 'EADDRINUSE' || cause.code === 'EACCES';
  return isTaken ? new PortTakenError(port, purpose, { cause }) : cause;
}

function listenOnce(port: number, purpose: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause: NodeJS.ErrnoException) => reject(refusalOf(port, purpose, cause)));
    server.listen({ port, host: LOCAL_HOST, exclusive: true }, () => {
      const address = server.address();
      const listenedPort = address !== null && typeof address === 'object' ? address.port : port;
      server.close(() => resolve(listenedPort));
    });
  });
}

import { availableParallelism } from 'node:os';
import type { EdgeRuntime } from './edge-runtime.ts';
import { type IngestProcess, startIngestProcess } from './ingest-process.ts';
import { type IngestPorts, LOCAL_HOST } from './ports.ts';
import { certificateKeyPath, certificatePath, selfSignedCertificate } from './self-signed-certificate.ts';

/** Where an ingest node finds what it needs. */
export interface IngestAddresses {
  readonly controlUrl: string;
  readonly edgeUrl: string;
  readonly s3Endpoint: string;
}

/** How another ingest node differs from the first. */
export interface ExtraIngestNodeOptions {
  /** Half of the machine's CPUs, if absent. Many fewer make it choose another preset. */
  readonly transcodeCpus?: number;
  /** The path of its main module, where it is of another build. */
  readonly main?: string;
  /** It leads a process group of its own, which can be killed as one. */
  readonly leadsGroup?: boolean;
  /** Starts it in another way than as a process of this tree, given its environment. */
  readonly start?: (environment: Readonly<Record<string, string>>) => Promise<IngestProcess>;
}

/** An ingest node of this system, on ports of its own. */
export interface ExtraIngestNode extends IngestProcess {
  readonly rtmpUrl: string;
  readonly metricsUrl: string;
}

/** What all ingest nodes of a system have in common. */
export interface IngestNodesOptions {
  readonly addresses: IngestAddresses;
  readonly bucket: EdgeRuntime['bucket'];
  /** Secret. */
  readonly nodeToken: string;
  /** Where the certificate of RTMPS is. */
  readonly dataDirectory: string;
  readonly logLevel: string;
  readonly log: 'inherit' | 'ignore' | number;
  readonly rest: { readonly restAfterS: number; readonly idleAfterS: number } | undefined;
  readonly arePrivateTargetsAllowed: boolean;
}

/** Starts the ingest nodes of one system. */
export class IngestNodes {
  readonly #options: IngestNodesOptions;
  #startCount = 0;

  constructor(options: IngestNodesOptions) {
    this.#options = options;
  }

  /** Whoever starts one ends it. */
  async start(
    ports: IngestPorts,
    // The other half is for whoever watches and publishes on this machine too.
    { transcodeCpus = availableParallelism() / 2, main, leadsGroup = false, start }: ExtraIngestNodeOptions = {},
  ): Promise<ExtraIngestNode> {
    const { log, dataDirectory } = this.#options;
    await selfSignedCertificate(dataDirectory);
    const environment = this.#environment(ports, transcodeCpus);
    const ours = () => startIngestProcess({ environment, log, main, leadsGroup });
    const node = await (start?.(environment) ?? ours());
    return { ...node, rtmpUrl: rtmpUrlOf(ports), metricsUrl: metricsUrlOf(ports) };
  }

  #environment(ports: IngestPorts, transcodeCpus: number): Record<string, string> {
    const { addresses, bucket, nodeToken, dataDirectory, rest, arePrivateTargetsAllowed, logLevel } = this.#options;
    this.#startCount += 1;
    return {
      // Another one after each restart: the edge tells nodes apart by it.
      SLUICE_NODE_ID: `local-${process.pid}-${ports.rtmp}-${this.#startCount}`,
      SLUICE_HOST: LOCAL_HOST,
      SLUICE_RTMP_PORT: String(ports.rtmp),
      SLUICE_RTMPS_PORT: String(ports.rtmps),
      SLUICE_TLS_CERT_FILE: certificatePath(dataDirectory),
      SLUICE_TLS_KEY_FILE: certificateKeyPath(dataDirectory),
      SLUICE_SRT_PORT: String(ports.srt),
      SLUICE_CMAF_PORT: String(ports.cmaf),
      SLUICE_METRICS_PORT: String(ports.metrics),
      SLUICE_CONTROL_URL: addresses.controlUrl,
      SLUICE_EDGE_URL: addresses.edgeUrl,
      SLUICE_NODE_TOKEN: nodeToken,
      SLUICE_BUCKET: bucket.name,
      SLUICE_S3_ENDPOINT: addresses.s3Endpoint,
      SLUICE_S3_ACCESS_KEY_ID: bucket.accessKeyId,
      SLUICE_S3_SECRET_ACCESS_KEY: bucket.secretAccessKey,
      SLUICE_TRANSCODE_CPUS: String(transcodeCpus),
      ...(rest && { SLUICE_REST_AFTER_S: String(rest.restAfterS), SLUICE_IDLE_AFTER_S: String(rest.idleAfterS) }),
      SLUICE_PRIVATE_TARGETS: arePrivateTargetsAllowed ? 'on' : 'off',
      SLUICE_LOG_LEVEL: logLevel,
    };
  }
}

/** Where publishers go; the stream key comes behind it. */
export function rtmpUrlOf({ rtmp }: Pick<IngestPorts, 'rtmp'>): string {
  return `rtmp://${LOCAL_HOST}:${rtmp}/live`;
}

/** Where a node tells of itself. */
export function metricsUrlOf({ metrics }: Pick<IngestPorts, 'metrics'>): string {
  return `http://${LOCAL_HOST}:${metrics}/metrics`;
}

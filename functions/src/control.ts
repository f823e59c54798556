import type { Logger } from 'pino';
import type { AllowedTargets } from './access/allowed-targets.ts';
import { ApiTokens } from './access/api-tokens.ts';
import { createApp } from './app.ts';
import { AuditLog } from './audit/audit-log.ts';
import type { Broadcast } from './broadcasts/broadcast.ts';
import { Broadcasts } from './broadcasts/broadcasts.ts';
import { Channels } from './channels/channels.ts';
import { EmbedSitesOutbox } from './channels/embed-sites-outbox.ts';
import type { Clip } from './clips/clip.ts';
import { ClipMaker } from './clips/clip-maker.ts';
import { Clips } from './clips/clips.ts';
import { removeBegunClip } from './clips/remove-begun-clip.ts';
import { Deletions } from './deletion/deletions.ts';
import { Retention } from './deletion/retention.ts';
import { EdgeEventIntake, type EventConsequence } from './edge-events/edge-event-intake.ts';
import type { RateLimit } from './http/rate-limit.ts';
import { EventLog } from './ingest/event-log.ts';
import { GrantSigner } from './ingest/grant-signer.ts';
import type { SigningKey } from './ingest/signing-key.ts';
import type { RegionWaker } from './ingest-regions/region-waker.ts';
import { JobQueue } from './jobs/job-queue.ts';
import { JobRunner } from './jobs/job-runner.ts';
import type { MediaBucket } from './media/media-bucket.ts';
import { MediaLiveDriver, type MediaLiveSetup } from './medialive/medialive-driver.ts';
import { MediaLiveSweeper, nextSweepMs } from './medialive/medialive-sweeper.ts';
import { MediaLives } from './medialive/medialives.ts';
import { EdgeCaller } from './playback/edge-caller.ts';
import { PlaybackKeyRing } from './playback/playback-key-ring.ts';
import { PlaybackStore } from './playback/playback-store.ts';
import { RevocationOutbox } from './playback/revocation-outbox.ts';
import { RestreamStatuses } from './restream/restream-statuses.ts';
import type { Table } from './storage/table.ts';
import { Tenants } from './tenants/tenants.ts';
import type { CostBasis } from './usage/broadcast-cost.ts';
import { UsageLog } from './usage/usage-log.ts';
import { Deliveries } from './webhooks/deliveries.ts';
import { WebhookEndpoints } from './webhooks/webhook-endpoints.ts';
import { isoTime, webhookOfEdge } from './webhooks/webhook-event.ts';
import { WebhookOutbox } from './webhooks/webhook-outbox.ts';
import { WebhookSender } from './webhooks/webhook-sender.ts';
import { KeptWriteCredentials } from './write-credentials/kept-write-credentials.ts';
import type { WriteCredentials } from './write-credentials/write-credentials.ts';

/** What the control API is made of. */
export interface ControlParts {
  readonly table: Table;
  /** The key of grants. */
  readonly signingKey: SigningKey;
  readonly bucket: MediaBucket;
  /** Where viewers, and this API, find the edge: an origin, without a slash at its end. */
  readonly edgeUrl: string;
  /** What ingest nodes prove themselves with, by any of them: several while it is being changed. Secret. */
  readonly nodeTokens: readonly string[];
  /** What the edge proves itself with, by any of them. Secret. */
  readonly edgeTokens: readonly string[];
  /** What the operator proves itself with. Secret. */
  readonly adminToken: string;
  /** Of webhooks and of restreaming. */
  readonly targets: AllowedTargets;
  /** Absent: no channel can be encoded by MediaLive. */
  readonly mediaLive?: MediaLiveSetup | undefined;
  /** Absent: there are no ingest nodes that sleep. */
  readonly regionWaker?: RegionWaker | undefined;
  /** Absent: ingest nodes store with credentials of their own. */
  readonly writeCredentials?: WriteCredentials | undefined;
  readonly log: Logger;
  readonly nowMs: () => number;
  /** What broadcasts are priced by; USUAL_COST_BASIS, if absent. */
  readonly costBasis?: CostBasis | undefined;
  /** Of each caller; API_RATE_LIMIT, if absent. */
  readonly rateLimit?: RateLimit | undefined;
  /** What else follows from what the edge tells. */
  readonly consequences?: readonly EventConsequence[] | undefined;
  /** A job is due then. */
  readonly wake?: ((atMs: number) => void) | undefined;
}

/** Everything that the API's routes do their work with. */
export type ControlServices = ReturnType<typeof controlServices>;

/** The control API: what answers, and what is done between requests. */
export async function createControl(parts: ControlParts) {
  const signer = await GrantSigner.from(parts.signingKey);
  const services = controlServices(parts);
  const { queue, webhooks, deletions, retention, clips, edge, outbox, embedSites, mediaLiveDriver, mediaLiveSweeper } =
    services;
  const { bucket, log, nowMs } = parts;
  const runner = new JobRunner({
    queue,
    handlers: {
      webhooks: (name) => webhooks.run(name),
      deletion: (name) => deletions.run(name),
      retention: (name) => retention.run(name),
      revocations: (name) => outbox.run(name),
      'embed-sites': (name) => embedSites.run(name),
      'begun-clip': (name) => removeBegunClip(name, { clips, edge, bucket }),
      medialive: async (name) => (await mediaLiveDriver?.run(name)) ?? { kind: 'done' },
      'medialive-sweep': async () => (await mediaLiveSweeper?.run()) ?? { kind: 'done' },
    },
    log,
    nowMs,
  });
  // One round follows the other; this one may be the first.
  if (mediaLiveSweeper !== undefined)
    await queue.add({ kind: 'medialive-sweep', name: 'all', dueAtMs: nextSweepMs(nowMs()) });
  return { ...services, signer, runner, app: createApp({ ...parts, signer, services }) };
}

function controlServices(parts: ControlParts) {
  const { table, signingKey, bucket, edgeUrl, log, nowMs } = parts;
  const edge = new EdgeCaller({ edgeUrl, signingKey, nowMs });
  const queue = new JobQueue(table, parts.wake);
  const channels = new Channels(table);
  const broadcasts = new Broadcasts(table);
  const clips = new Clips(table);
  const events = new EventLog(table);
  const restreams = new RestreamStatuses(table);
  const usage = new UsageLog(table);
  const playback = new PlaybackStore(table);
  const endpoints = new WebhookEndpoints(table);
  const deliveries = new Deliveries(table);
  const sender = new WebhookSender({ targets: parts.targets, nowMs });
  const webhooks = new WebhookOutbox({ endpoints, deliveries, sender, queue, log, nowMs });

  const { writeCredentials: source } = parts;
  const writeCredentials = source && new KeptWriteCredentials({ source, log, nowMs });

  const mediaLives = new MediaLives(table);
  const { mediaLive: setup } = parts;
  const mediaLiveDriver = setup && new MediaLiveDriver({ setup, mediaLives, channels, queue, log, nowMs });
  const mediaLiveSweeper = setup && new MediaLiveSweeper({ setup, mediaLives, log, nowMs });

  const deletions = new Deletions({
    table,
    queue,
    bucket,
    edge,
    channels,
    broadcasts,
    clips,
    events,
    restreams,
    onChannelDeleted: async (channelId) => void (await mediaLiveDriver?.unwant(channelId)),
    onRecordingDeleted: async (broadcast) => {
      await usage.end(broadcast, nowMs());
      await webhooks.tell(broadcast.tenantId, recordingDeleted(broadcast, nowMs()));
    },
    log,
    nowMs,
  });
  const retention = new Retention({ queue, channels, broadcasts, deletions, nowMs });
  const intake = new EdgeEventIntake({
    table,
    channels,
    broadcasts,
    consequences: [
      async (_event, broadcast) => await usage.keep(broadcast),
      async (event, broadcast) => {
        const webhook = webhookOfEdge(event, broadcast);
        if (webhook !== undefined) await webhooks.tell(broadcast.tenantId, webhook);
      },
      retention.follow,
      ...(parts.consequences ?? []),
    ],
  });
  const tellOfClip = async (clip: Clip) => await webhooks.tell(clip.tenantId, clipReady(clip, nowMs()));
  return {
    edge,
    queue,
    channels,
    broadcasts,
    clips,
    clipMaker: new ClipMaker({ clips, edge, queue, onReady: tellOfClip, nowMs }),
    events,
    restreams,
    writeCredentials,
    mediaLives,
    mediaLiveDriver,
    mediaLiveSweeper,
    usage,
    playback,
    keys: new PlaybackKeyRing(playback, nowMs),
    outbox: new RevocationOutbox({ store: playback, edge, queue, log, nowMs }),
    embedSites: new EmbedSitesOutbox({ channels, edge, queue, log, nowMs }),
    tokens: new ApiTokens(table, nowMs),
    tenants: new Tenants(table),
    audit: new AuditLog(table),
    endpoints,
    deliveries,
    webhooks,
    deletions,
    retention,
    intake,
  };
}

function recordingDeleted(broadcast: Broadcast, atMs: number) {
  const { broadcastId } = broadcast;
  const payload = { type: 'recording.deleted' as const, timestamp: isoTime(atMs), data: { broadcast } };
  return { messageId: `msg_${broadcastId}_deleted`, group: broadcastId, sequence: atMs, payload };
}

function clipReady({ clipId, broadcastId }: Clip, atMs: number) {
  const payload = { type: 'clip.ready' as const, timestamp: isoTime(atMs), data: { clipId } };
  return { messageId: `msg_${clipId}`, group: broadcastId, sequence: atMs, payload };
}

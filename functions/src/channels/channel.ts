import { isDeepStrictEqual } from 'node:util';
import {
  ChannelId,
  Delivery,
  EmbedSites,
  LadderPolicy,
  LatencyProfileName,
  PublishSettings,
  SrtPassphrase,
  TakeoverPolicy,
} from '@sluice/contracts';
import { z } from 'zod';
import { MediaLiveSettings, TranscoderName } from '../medialive/medialive-settings.ts';
import { ChannelRestream } from '../restream/restream-target.ts';
import { StoredStreamKey } from '../stream-keys/stream-key.ts';
import { DEFAULT_TENANT_ID, TenantId } from '../tenants/tenant.ts';

/** Below this no picture is possible, above it no node keeps up with one publisher. */
const INGEST_BITRATE_BPS = { min: 100_000, max: 200_000_000 } as const;

/** Ten years. */
const RETENTION_DAYS_MAX = 3_650;

/** Everything of a channel that its owner can change. */
export const ChannelSettings = z.strictObject({
  profile: LatencyProfileName,
  ladder: LadderPolicy,
  takeover: TakeoverPolicy,
  reconnectWindowMs: PublishSettings.shape.reconnectWindowMs,
  dvrWindowS: PublishSettings.shape.dvrWindowS,
  ingestBitrateBpsMax: z
    .int()
    .min(INGEST_BITRATE_BPS.min)
    .max(INGEST_BITRATE_BPS.max)
    .meta({
      description: 'A publisher that sends more than this, averaged over some seconds, is sent away.',
      examples: [50_000_000],
    }),
  isDisabled: z
    .boolean()
    .describe('Nobody can publish. A live broadcast ends when its node next asks, some seconds later.'),
  isPrivate: z
    .boolean()
    .describe(
      'Viewers need a playback token. A change counts from the next broadcast on: one that goes on stays as it began.',
    ),
  delivery: Delivery.describe(`${Delivery.description} A change counts from the next broadcast on.`),
  onDemand: z
    .boolean()
    .describe(
      'Renditions that nobody watches are not stored, and after a while not encoded; they are back within a segment. Who seeks back to such a time sees a smaller picture. A change counts from the next publisher on.',
    ),
  embedSites: EmbedSites.describe(
    'Which sites may show the embed page (`/embed/{channelId}`) in a frame: `null`: any; `[]`: none but the edge itself. A change counts within ten seconds, for pages that are opened then.',
  ),
  isRecorded: z.boolean().describe('Broadcasts become recordings. A change counts from the next broadcast on.'),
  recordingRetentionDays: z
    .int()
    .min(1)
    .max(RETENTION_DAYS_MAX)
    .nullable()
    .describe(
      'For how long recordings are kept; `null`: until they are deleted. Of those that there are a change changes nothing.',
    ),
  srtPassphrase: SrtPassphrase.nullable().describe(
    'What SRT is encrypted with; `null`: it is not. Secret: kept to be given to ingest nodes, and never shown.',
  ),
  transcoder: TranscoderName.describe('Who encodes. A change counts from the next start of MediaLive on.'),
  medialive: MediaLiveSettings.nullable().describe('What MediaLive must be told; `null`: it cannot be used.'),
});
export type ChannelSettings = z.infer<typeof ChannelSettings>;

/** What a new channel has where its owner names nothing. */
export const CHANNEL_DEFAULTS: ChannelSettings = {
  profile: 'low',
  ladder: 'auto',
  // Encoders reconnect while their old, half-open connection still looks alive. Refusing the second publisher would
  // lock streamers out of their own channel until that connection times out.
  takeover: 'take-over',
  reconnectWindowMs: 60_000,
  dvrWindowS: 300,
  ingestBitrateBpsMax: 50_000_000,
  isDisabled: false,
  isPrivate: false,
  delivery: 'separate',
  onDemand: false,
  embedSites: null,
  isRecorded: false,
  recordingRetentionDays: null,
  srtPassphrase: null,
  transcoder: 'sluice',
  medialive: null,
};

/** Some of the settings, to be changed. */
export const ChannelChange = ChannelSettings.partial().meta({
  id: 'ChannelChange',
  description: 'Settings to be changed. What is not named stays as it is.',
  examples: [{ isPrivate: true, dvrWindowS: 3_600 }],
});
export type ChannelChange = z.infer<typeof ChannelChange>;

/** `POST /v1/channels`. The owner names the channel, so a request that was repeated makes no second one. */
export const ChannelCreate = z
  .strictObject({
    channelId: ChannelId,
    // Told only: `newChannel` fills them in.
    profile: ChannelChange.shape.profile.meta({ default: CHANNEL_DEFAULTS.profile }),
    ladder: ChannelChange.shape.ladder.meta({ default: CHANNEL_DEFAULTS.ladder }),
    takeover: ChannelChange.shape.takeover.meta({ default: CHANNEL_DEFAULTS.takeover }),
    reconnectWindowMs: ChannelChange.shape.reconnectWindowMs.meta({ default: CHANNEL_DEFAULTS.reconnectWindowMs }),
    dvrWindowS: ChannelChange.shape.dvrWindowS.meta({ default: CHANNEL_DEFAULTS.dvrWindowS }),
    ingestBitrateBpsMax: ChannelChange.shape.ingestBitrateBpsMax.meta({
      default: CHANNEL_DEFAULTS.ingestBitrateBpsMax,
    }),
    isDisabled: ChannelChange.shape.isDisabled.meta({ default: CHANNEL_DEFAULTS.isDisabled }),
    isPrivate: ChannelChange.shape.isPrivate.meta({ default: CHANNEL_DEFAULTS.isPrivate }),
    delivery: ChannelChange.shape.delivery.meta({ default: CHANNEL_DEFAULTS.delivery }),
    onDemand: ChannelChange.shape.onDemand.meta({ default: CHANNEL_DEFAULTS.onDemand }),
    embedSites: ChannelChange.shape.embedSites.meta({ default: CHANNEL_DEFAULTS.embedSites }),
    isRecorded: ChannelChange.shape.isRecorded.meta({ default: CHANNEL_DEFAULTS.isRecorded }),
    recordingRetentionDays: ChannelChange.shape.recordingRetentionDays.meta({
      default: CHANNEL_DEFAULTS.recordingRetentionDays,
    }),
    srtPassphrase: ChannelChange.shape.srtPassphrase.meta({ default: CHANNEL_DEFAULTS.srtPassphrase }),
    transcoder: ChannelChange.shape.transcoder.meta({ default: CHANNEL_DEFAULTS.transcoder }),
    medialive: ChannelChange.shape.medialive.meta({ default: CHANNEL_DEFAULTS.medialive }),
  })
  .meta({
    id: 'ChannelCreate',
    description: 'The channel to be made. What is not named has its default.',
    examples: [{ channelId: 'demo', profile: 'low', isPrivate: true }],
  });
export type ChannelCreate = z.infer<typeof ChannelCreate>;

/** A channel as it is stored, with its stream keys. It holds secrets: what is shown of it is `shownChannel`. */
export interface Channel extends ChannelSettings {
  readonly channelId: ChannelId;
  readonly tenantId: TenantId;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Who was let in before this is to be sent away; 0: nobody. */
  readonly kickedAtMs: number;
  /** Until then nobody is let in: its broadcast was ended, and encoders come back by themselves. 0: everybody may. */
  readonly closedUntilMs: number;
  /** Its objects are being removed, and then it is gone. Nobody can publish. */
  readonly isBeingDeleted: boolean;
  /** The oldest first. */
  readonly streamKeys: readonly StoredStreamKey[];
  /** Where it is pushed to as well. */
  readonly restream: ChannelRestream;
}

/** A channel's item. A setting that is newer than the item has its default. */
export const ChannelRecord = z
  .object({
    channelId: ChannelId,
    tenantId: TenantId,
    settings: ChannelChange,
    createdAtMs: z.int(),
    updatedAtMs: z.int(),
    kickedAtMs: z.int(),
    closedUntilMs: z.int().default(0),
    isBeingDeleted: z.boolean().default(false),
    streamKeys: z.array(StoredStreamKey),
    restream: ChannelRestream.default({ version: 0, targets: [] }),
  })
  .transform(({ settings, ...rest }): Channel => ({ ...rest, ...changeSettings(CHANNEL_DEFAULTS, settings) }));

/** What is written of a channel, for ChannelRecord to read. */
export function channelRecord(channel: Channel): z.input<typeof ChannelRecord> {
  const { channelId, tenantId, createdAtMs, updatedAtMs, kickedAtMs, closedUntilMs, ...state } = channel;
  const { isBeingDeleted, streamKeys, restream } = state;
  const settings = changeSettings(channel, {});
  const keys = [...streamKeys];
  return {
    channelId,
    tenantId,
    settings,
    createdAtMs,
    updatedAtMs,
    kickedAtMs,
    closedUntilMs,
    isBeingDeleted,
    streamKeys: keys,
    restream,
  };
}

/** A channel as it is shown: without its secrets, and without what only nodes are told. */
export const ShownChannel = z
  .object({
    channelId: ChannelId,
    tenantId: TenantId,
    ...ChannelSettings.omit({ srtPassphrase: true }).shape,
    hasSrtPassphrase: z.boolean().describe('SRT is encrypted, with a passphrase that is not shown.'),
    createdAtMs: z.int().describe('When it was made.'),
    updatedAtMs: z.int().describe('When its settings were last changed.'),
    isBeingDeleted: z.boolean().describe('Its media is being removed, and then it is gone. Nobody can publish.'),
  })
  .meta({ id: 'Channel', description: 'A channel with its settings, and without its secrets.' });
export type ShownChannel = z.infer<typeof ShownChannel>;

export function shownChannel(channel: Channel): ShownChannel {
  const { channelId, tenantId, createdAtMs, updatedAtMs, isBeingDeleted } = channel;
  const { srtPassphrase, ...settings } = changeSettings(channel, {});
  const hasSrtPassphrase = srtPassphrase !== null;
  return { channelId, tenantId, ...settings, hasSrtPassphrase, createdAtMs, updatedAtMs, isBeingDeleted };
}

/** The settings after a change. */
export function changeSettings(settings: ChannelSettings, change: ChannelChange): ChannelSettings {
  return {
    profile: change.profile ?? settings.profile,
    ladder: change.ladder ?? settings.ladder,
    takeover: change.takeover ?? settings.takeover,
    reconnectWindowMs: change.reconnectWindowMs ?? settings.reconnectWindowMs,
    dvrWindowS: change.dvrWindowS ?? settings.dvrWindowS,
    ingestBitrateBpsMax: change.ingestBitrateBpsMax ?? settings.ingestBitrateBpsMax,
    isDisabled: change.isDisabled ?? settings.isDisabled,
    isPrivate: change.isPrivate ?? settings.isPrivate,
    delivery: change.delivery ?? settings.delivery,
    onDemand: change.onDemand ?? settings.onDemand,
    isRecorded: change.isRecorded ?? settings.isRecorded,
    transcoder: change.transcoder ?? settings.transcoder,
    // `null` is a value here, and in the next ones: it takes the list, the end, the passphrase, or the settings away.
    embedSites: change.embedSites === undefined ? settings.embedSites : change.embedSites,
    recordingRetentionDays:
      change.recordingRetentionDays === undefined ? settings.recordingRetentionDays : change.recordingRetentionDays,
    srtPassphrase: change.srtPassphrase === undefined ? settings.srtPassphrase : change.srtPassphrase,
    medialive: change.medialive === undefined ? settings.medialive : change.medialive,
  };
}

/** A new channel with the defaults where nothing was named. */
export function newChannel(
  { channelId, ...change }: ChannelCreate,
  nowMs: number,
  tenantId: TenantId = DEFAULT_TENANT_ID,
): Channel {
  const settings = changeSettings(CHANNEL_DEFAULTS, change);
  const times = { createdAtMs: nowMs, updatedAtMs: nowMs, kickedAtMs: 0, closedUntilMs: 0 };
  return {
    channelId,
    tenantId,
    ...settings,
    ...times,
    isBeingDeleted: false,
    streamKeys: [],
    restream: { version: 0, targets: [] },
  };
}

/** `true` when both have the same settings, whenever they were made. */
export function hasSameSettings(one: ChannelSettings, other: ChannelSettings): boolean {
  return isDeepStrictEqual(changeSettings(one, {}), changeSettings(other, {}));
}

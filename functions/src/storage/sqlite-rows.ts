import { ChannelId, IngestEvent, type KeptIngestEvent, NodeId, StreamKeyRole } from '@sluice/contracts';
import { z } from 'zod';
import { CHANNEL_DEFAULTS, type Channel, ChannelChange, changeSettings } from '../channels/channel.ts';
import { type StreamKey, StreamKeyId } from '../stream-keys/stream-key.ts';

const ChannelRow = z.object({
  channel_id: ChannelId,
  settings_json: z.string(),
  created_at_ms: z.int(),
  updated_at_ms: z.int(),
  kicked_at_ms: z.int(),
});

const StreamKeyRow = z.object({
  channel_id: ChannelId,
  key_id: StreamKeyId,
  label: z.string(),
  role: StreamKeyRole,
  is_disabled: z.union([z.literal(0), z.literal(1)]),
  created_at_ms: z.int(),
});

const IngestEventRow = z.object({
  sequence: z.int(),
  node_id: NodeId,
  received_at_ms: z.int(),
  event_json: z.string(),
});

/** A channel out of its row. A setting that is newer than the row has its default. */
export function readChannelRow(row: unknown): Channel {
  const read = ChannelRow.parse(row);
  const settings = ChannelChange.parse(JSON.parse(read.settings_json));
  return {
    channelId: read.channel_id,
    ...changeSettings(CHANNEL_DEFAULTS, settings),
    createdAtMs: read.created_at_ms,
    updatedAtMs: read.updated_at_ms,
    kickedAtMs: read.kicked_at_ms,
  };
}

/** What `settings_json` of a channel is. */
export function settingsJson(channel: Channel): string {
  return JSON.stringify(changeSettings(channel, {}));
}

/** A stream key out of its row; the hash stays in the store. */
export function readStreamKeyRow(row: unknown): StreamKey {
  const read = StreamKeyRow.parse(row);
  return {
    channelId: read.channel_id,
    keyId: read.key_id,
    label: read.label,
    role: read.role,
    isDisabled: read.is_disabled === 1,
    createdAtMs: read.created_at_ms,
  };
}

/** An event out of its row. */
export function readIngestEventRow(row: unknown): KeptIngestEvent {
  const read = IngestEventRow.parse(row);
  return {
    sequence: read.sequence,
    receivedAtMs: read.received_at_ms,
    nodeId: read.node_id,
    event: IngestEvent.parse(JSON.parse(read.event_json)),
  };
}

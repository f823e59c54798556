import type { EventLog } from '../ingest/event-log.ts';
import type { PlaybackStore } from '../playback/playback-store.ts';
import type { RevocationOutbox } from '../playback/revocation-outbox.ts';
import type { RestreamStatuses } from '../restream/restream-statuses.ts';
import type { Channel } from './channel.ts';
import type { Channels } from './channels.ts';

export interface DeleteChannelParts {
  readonly channels: Channels;
  readonly playback: PlaybackStore;
  readonly outbox: RevocationOutbox;
  readonly events: EventLog;
  readonly restreams: RestreamStatuses;
  readonly nowMs: () => number;
}

/** Ends a channel. */
export async function deleteChannel({ channelId }: Channel, parts: DeleteChannelParts): Promise<void> {
  const { channels, playback, outbox, events, restreams, nowMs } = parts;
  // Before the channel is gone: another one may have its name, and its tokens must not open that.
  await playback.revokePlayback(channelId, { issuedBeforeMs: nowMs() + 1 });
  await events.forget(channelId);
  await restreams.forgetAll(channelId);
  await channels.remove(channelId);
  await outbox.tell(channelId);
}

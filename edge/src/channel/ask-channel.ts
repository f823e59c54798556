import type { ChannelId } from '@sluice/contracts';
import type { EdgeBindings } from '../environment.ts';
import { askObject } from './ask-object.ts';
import type { ChannelObject } from './channel.object.ts';
import type { Refused } from './channel-replies.ts';

/** What ingest nodes and the control API ask of a channel's object, without the platform's own additions to the types. */
export type ChannelCalls = Pick<
  ChannelObject,
  'lease' | 'announce' | 'returnLease' | 'revoke' | 'setEmbedding' | 'deleteChannel' | 'cutClip'
>;

export interface AskChannelOptions {
  readonly channelId: ChannelId;
  /** Whether asking twice does no more than asking once. */
  readonly isRepeatable: boolean;
}

/** Calls a channel's object (askObject). */
export function askChannel<Reply>(
  bindings: Pick<EdgeBindings, 'CHANNEL'>,
  { channelId, isRepeatable }: AskChannelOptions,
  call: (channel: ChannelCalls) => Promise<Reply>,
): Promise<Reply | Refused> {
  const stub = (): ChannelCalls => bindings.CHANNEL.getByName(channelId);
  return askObject({ stub, isRepeatable, facts: { channelId } }, call);
}

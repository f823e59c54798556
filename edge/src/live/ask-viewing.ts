import type { ChannelId } from '@sluice/contracts';
import { askObject } from '../channel/ask-object.ts';
import type { Refused } from '../channel/channel-replies.ts';
import { refused } from '../channel/channel-replies.ts';
import type { DirectoryObject } from '../directory/directory.object.ts';
import { directoryOf } from '../directory/directory-address.ts';
import { KnownChannels } from '../directory/known-channels.ts';
import type { EdgeBindings } from '../environment.ts';
import type { Region } from '../relay/region.ts';
import { relayName } from '../relay/relay-address.ts';
import { RelayChoice } from '../relay/relay-choice.ts';
import { RelayClient, type ViewingCalls } from '../relay/relay-client.ts';
import { regionOfRequest } from './request-region.ts';

/** The isolate's own memory. It lives as long as the isolate, which is short, and knows nothing that cannot be asked. */
const known = new KnownChannels();
/** Made at the first request: the platform gives no randomness before. */
let choice: RelayChoice | undefined;

type DirectoryCalls = Pick<DirectoryObject, 'has' | 'awaits'>;
/** What of the platform answers viewers. */
export type ViewingBindings = Pick<EdgeBindings, 'CHANNEL' | 'RELAY' | 'DIRECTORY' | 'RELAYS'>;

/** Who asks for what. */
export interface ViewingAsk {
  readonly channelId: ChannelId;
  readonly region: Region;
}

/** The viewer's request, as far as it decides who answers it. */
export function viewingAsk(request: Request, channelId: ChannelId): ViewingAsk {
  return { channelId, region: regionOfRequest(request) };
}

/**
 * Asks what a viewer wants to know of a channel: the relay near by, or the channel's own object where relays are
 * switched off. Of a name that is no channel's it is known that nobody is live, and no object is made for it.
 */
export async function askViewing<Reply>(
  bindings: ViewingBindings,
  { channelId, region }: ViewingAsk,
  call: (viewing: ViewingCalls) => Promise<Reply | Refused>,
): Promise<Reply | Refused> {
  const isKnown = await isChannel(bindings, channelId);
  if (isKnown !== true) return isKnown === false ? refused('channel-offline') : isKnown;
  if (bindings.RELAYS === 'off') {
    const stub = (): ViewingCalls => bindings.CHANNEL.getByName(channelId);
    return askObject({ stub, isRepeatable: true, facts: { channelId } }, call);
  }
  choice ??= new RelayChoice(Math.random());
  const choices = choice;
  const stub = (): RelayClient => {
    const address = choices.address(channelId, region);
    const relay = bindings.RELAY.get(bindings.RELAY.idFromName(relayName(address)), { locationHint: region });
    return new RelayClient(relay, (shards) => choices.note(address, shards));
  };
  const asked = { stub, isRepeatable: true, facts: { channelId, region } };
  // A crowd comes by many new isolates, and what each asks first may be held for long at the first relay.
  if (!choices.isTold(channelId, region)) {
    await askObject(asked, async (relay) => {
      await relay.learnShards();
      return undefined;
    });
  }
  return askObject(asked, call);
}

/** Whether anybody has ever published to it. */
export async function isChannel(bindings: ViewingBindings, channelId: ChannelId): Promise<boolean | Refused> {
  const recalled = known.recall(channelId, Date.now());
  if (recalled !== undefined) return recalled;
  const isKnown = await askDirectory(bindings, channelId, (directory) => directory.has(channelId));
  // What strangers ask for must not keep viewers out.
  return typeof isKnown === 'boolean' || !known.wasChannel(channelId) ? isKnown : true;
}

/** The same; if nobody has, once somebody does, or after some time. */
export function awaitChannel(bindings: ViewingBindings, channelId: ChannelId): Promise<boolean | Refused> {
  return askDirectory(bindings, channelId, (directory) => directory.awaits(channelId));
}

async function askDirectory(
  bindings: ViewingBindings,
  channelId: ChannelId,
  call: (directory: DirectoryCalls) => Promise<boolean>,
): Promise<boolean | Refused> {
  const stub = (): DirectoryCalls => directoryOf(bindings, channelId);
  const isKnown = await askObject({ stub, isRepeatable: true, facts: { directory: channelId } }, call);
  if (typeof isKnown === 'boolean') known.remember(channelId, isKnown, Date.now());
  return isKnown;
}

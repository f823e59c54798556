import type { ChannelId, CheckAnswer, CheckedPublisher } from '@sluice/contracts';
import type { Channels, StreamKeyName } from '../channels/channels.ts';
import { StreamKeyId } from '../stream-keys/stream-key.ts';
import { decideCheck, type KeyedChannel } from './authorization.ts';

/** Those of a node's publishers that may no longer publish, and what else is news: one read, however many they are. */
export async function decideChecks(
  channels: Pick<Channels, 'findByStreamKeyIds'>,
  publishers: readonly CheckedPublisher[],
): Promise<CheckAnswer> {
  const keyed = await channels.findByStreamKeyIds(distinctNames(publishers));
  const known = new Map(keyed.map((each) => [textOf(each.streamKey), each]));
  const ended = publishers.flatMap((publisher) => {
    const reason = decideCheck(known.get(textOf(publisher)), publisher.authorizedAtMs);
    return reason === undefined ? [] : [{ ...publisher, reason }];
  });
  const changed = publishers.filter((publisher) => isRestreamChanged(publisher, known.get(textOf(publisher))));
  const restreamChanged = [...new Set(changed.map(({ channelId }): ChannelId => channelId))];
  return { ended, ...(restreamChanged.length > 0 && { restreamChanged }) };
}

function isRestreamChanged({ restreamVersion }: CheckedPublisher, keyed: KeyedChannel | undefined): boolean {
  return restreamVersion !== undefined && keyed !== undefined && keyed.channel.restream.version !== restreamVersion;
}

/** Each key once, though several publishers may have come with it. What cannot be an id is of no key. */
function distinctNames(publishers: readonly CheckedPublisher[]): StreamKeyName[] {
  const names = new Map<string, StreamKeyName>();
  for (const { channelId, keyId: text } of publishers) {
    const keyId = StreamKeyId.safeParse(text);
    if (keyId.success) names.set(textOf({ channelId, keyId: text }), { channelId, keyId: keyId.data });
  }
  return [...names.values()];
}

/** Neither id has a slash. */
function textOf({ channelId, keyId }: { readonly channelId: string; readonly keyId: string }): string {
  return `${channelId}/${keyId}`;
}

import type { CheckAnswer, CheckedPublisher } from '@sluice/contracts';
import type { Channels, StreamKeyName } from '../channels/channels.ts';
import { StreamKeyId } from '../stream-keys/stream-key.ts';
import { decideCheck } from './authorization.ts';

/** Those of a node's publishers that may no longer publish: one read, however many they are. */
export async function decideChecks(
  channels: Pick<Channels, 'findByStreamKeyIds'>,
  publishers: readonly CheckedPublisher[],
): Promise<CheckAnswer['ended']> {
  const keyed = await channels.findByStreamKeyIds(distinctNames(publishers));
  const known = new Map(keyed.map((each) => [textOf(each.streamKey), each]));
  return publishers.flatMap((publisher) => {
    const reason = decideCheck(known.get(textOf(publisher)), publisher.authorizedAtMs);
    return reason === undefined ? [] : [{ ...publisher, reason }];
  });
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

import { MadeStreamKey, StreamKey, StreamKeyList } from '../api/stream-key.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { api } from '../session/session.ts';
import { keepMadeKey } from './made-keys.ts';

const EVERY_MS = 30_000;

/** The stream keys of a channel, without the keys themselves. */
export const streamKeysKind = new ResourceKind<readonly StreamKey[]>(async (channelId, signal) => {
  return (await api.get(`/channels/${channelId}/stream-keys`, StreamKeyList, { signal })).value.streamKeys;
}, EVERY_MS);

export interface NewStreamKey {
  readonly label: string;
  readonly role: StreamKey['role'];
}

/** The key is kept for as long as the page is. Throws ApiProblem, as all of these do. */
export async function makeStreamKey(channelId: string, body: NewStreamKey): Promise<MadeStreamKey> {
  const { value } = await api.post(`/channels/${channelId}/stream-keys`, MadeStreamKey, { body });
  keepMadeKey(value);
  return value;
}

/** Makes another key under the same id; who publishes with the one before it is cut off. */
export async function rotateStreamKey({ channelId, keyId }: StreamKey): Promise<MadeStreamKey> {
  const { value } = await api.post(`/channels/${channelId}/stream-keys/${keyId}/rotate`, MadeStreamKey);
  keepMadeKey(value);
  return value;
}

export async function changeStreamKey(
  { channelId, keyId }: StreamKey,
  body: Partial<Pick<StreamKey, 'label' | 'role' | 'isDisabled'>>,
): Promise<StreamKey> {
  return (await api.patch(`/channels/${channelId}/stream-keys/${keyId}`, StreamKey, { body })).value;
}

export async function deleteStreamKey({ channelId, keyId }: StreamKey): Promise<void> {
  await api.delete(`/channels/${channelId}/stream-keys/${keyId}`);
}

/** What a key is called where nobody has named it. */
export function keyName({ label, keyId }: StreamKey): string {
  return label === '' ? `Key ${keyId.slice(0, 6)}` : label;
}

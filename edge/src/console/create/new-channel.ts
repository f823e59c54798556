import { ApiProblem } from '../api/api-problem.ts';
import { Channel, type LatencyProfile } from '../api/channel.ts';
import { CHANNEL_ID } from '../api/channel-id.ts';
import { MadeStreamKey } from '../api/stream-key.ts';
import { keepMadeKey } from '../connect/made-keys.ts';
import { api } from '../session/session.ts';

/** What is asked of whoever makes a channel. */
export interface NewChannel {
  readonly channelId: string;
  readonly profile: LatencyProfile;
  readonly isPrivate: boolean;
  readonly isRecorded: boolean;
}

/** What was typed, as a channel may be called. */
export function nameFrom(typed: string): string {
  return typed.toLowerCase().replace(/[\s_.]+/g, '-');
}

/** What is wrong with a name; `undefined`: nothing is. */
export function nameError(name: string): string | undefined {
  if (name === '') return 'A channel needs a name.';
  if (CHANNEL_ID.test(name)) return undefined;
  if (name.startsWith('-')) return 'A name begins with a letter or a digit.';
  if (name.length < 2 || name.length > 63) return 'A name has 2 to 63 characters.';
  return 'A name is made of a-z, 0-9 and -.';
}

/** Makes a channel and its first stream key. Throws ApiProblem; a key that could not be made can be made later. */
export async function makeChannel(channel: NewChannel): Promise<void> {
  const { status, value } = await api.post('/channels', Channel, { body: channel });
  // The API takes the same request twice, for one that was lost. Here somebody has typed a name once more.
  if (status !== 201) {
    throw new ApiProblem({ code: 'channel-exists', status: 409 }, 'You have a channel of this name already.');
  }
  const body = { label: 'First key' };
  const key = await api
    .post(`/channels/${value.channelId}/stream-keys`, MadeStreamKey, { body })
    .catch(() => undefined);
  if (key !== undefined) keepMadeKey(key.value);
}

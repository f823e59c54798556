import { z } from 'zod';
import type { System } from './system.ts';

const Made = z.object({ streamKey: z.string() });

/** Makes a channel through the control API; resolves with a stream key of it. */
export async function makeChannel(
  { controlUrl, adminToken }: Pick<System, 'controlUrl' | 'adminToken'>,
  channel: { readonly channelId: string } & Readonly<Record<string, unknown>>,
): Promise<string> {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
    const answer = await fetch(`${controlUrl}/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`the control API answered ${answer.status} for ${path}`);
    return await answer.json();
  };
  await post('/channels', channel);
  return Made.parse(await post(`/channels/${channel.channelId}/stream-keys`, { label: 'benchmark' })).streamKey;
}

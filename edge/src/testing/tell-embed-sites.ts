import type { EmbedSites } from '@sluice/contracts';
import { edgeFetch } from './edge-client.ts';
import { testEdgeCall } from './test-playback-token.ts';

/** The control API tells the edge which sites may embed a channel, as of that version. */
export async function tellEmbedSites(channelId: string, embedSites: EmbedSites, channelVersion = 1): Promise<void> {
  const answer = await edgeFetch(`/control/v1/channels/${channelId}/embed-sites`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${await testEdgeCall(channelId)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ embedSites, channelCreatedAtMs: 1, channelVersion }),
  });
  if (answer.status !== 204) throw new Error(`the edge answered ${answer.status}`);
}

import { runInDurableObject } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { channelStub, edgeFetch, freshChannelId } from '../testing/edge-client.ts';
import { testGrant } from '../testing/test-grant.ts';
import { ingestFetch } from '../testing/test-publisher.ts';

it('a channel that nobody published to answers, and keeps nothing', async () => {
  const channelId = freshChannelId();
  const broadcastId = '0mww8blwx4z6wtlh8p63';
  const answers = await Promise.all([
    edgeFetch(`/live/${channelId}/index.m3u8`),
    edgeFetch(`/live/${channelId}/status.json`),
    edgeFetch(`/live/${channelId}/${broadcastId}/v720.m3u8?_HLS_msn=1`),
    edgeFetch(`/live/${channelId}/${broadcastId}/v720/1.0.m4s`),
    ingestFetch(channelId, 'announce', {
      grant: await testGrant({ channelId }),
      body: { broadcastId, epoch: 1, parts: [] },
    }),
    ingestFetch(channelId, 'lease', {
      grant: await testGrant({ channelId }),
      body: { broadcastId, epoch: 1 },
      method: 'DELETE',
    }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 200, 404, 404, 410, 204]);
  const kept = await runInDurableObject(channelStub(channelId), async (_object, { storage }) => ({
    tables: storage.sql.exec('SELECT name FROM sqlite_master').toArray(),
    alarm: await storage.getAlarm(),
  }));
  expect(kept).toEqual({ tables: [], alarm: null });
});

import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { viewMediaPlaylist } from '../src/capture/playlist-view.ts';
import { TestSystem } from '../src/test-system.ts';
import { untilLive, untilOffline } from '../src/until-live.ts';

const FIGURES = { timeout: 40_000, interval: 500 };
const Live = z.object({
  broadcasts: z.tuple([
    z.looseObject({
      broadcastId: z.string(),
      costUsd: z.number().positive(),
      health: z.looseObject({
        protocol: z.literal('rtmp'),
        videoCodec: z.literal('h264'),
        audioCodec: z.literal('aac'),
        widthPx: z.literal(640),
        heightPx: z.literal(360),
        encodeSpeed: z.number().positive(),
        encodeLagMs: z.number(),
        uploadLagMsP50: z.number().positive(),
        uploadLagMsP95: z.number().positive(),
        announceLagMsP95: z.number().positive(),
      }),
    }),
  ]),
});

let test: TestSystem;
beforeAll(async () => {
  test = await TestSystem.start();
});
afterAll(() => test?.[Symbol.asyncDispose]());

function api(method: string, path: string, body?: unknown): Promise<Response> {
  const { controlUrl, adminToken } = test.system;
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  return fetch(`${controlUrl}/v1${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

it('sees how its node keeps up and what it costs, ends it for its viewers too, and nobody comes back meanwhile', async () => {
  const publisher = test.publish({ widthPx: 640, heightPx: 360 });
  await untilLive(test.statusUrl);
  const [broadcast] = await vi.waitFor(
    async () => Live.parse(await (await api('GET', '/broadcasts')).json()).broadcasts,
    FIGURES,
  );
  const newest = await (await api('GET', `/channels/${test.system.channelId}/figures?newest=1`)).json();
  expect(newest).toMatchObject({ events: [{ event: { kind: 'figures', encodeSpeed: expect.any(Number) } }] });

  const playlistUrl = await anyMediaPlaylist();
  const ended = await api('POST', `/broadcasts/${broadcast.broadcastId}/end`, { keepOutS: 3_600 });
  expect(ended.status).toBe(204);
  expect((await publisher.ended).sentence).toMatch(/disconnected/i);
  await untilOffline(test.statusUrl);
  expect(viewMediaPlaylist(await (await fetch(playlistUrl)).text()).isEnded).toBe(true);

  const again = await test.publish().ended;
  expect([again.reason, again.framesSent]).toEqual(['refused', 0]);
  expect(again.sentence).toMatch(/disconnected/i);
  expect(await (await api('GET', '/broadcasts')).json()).toMatchObject({ broadcasts: [] });
});

async function anyMediaPlaylist(): Promise<string> {
  const multivariant = await (await fetch(test.playlistUrl)).text();
  const uri = multivariant.split('\n').find((line) => line !== '' && !line.startsWith('#'));
  return new URL(uri ?? '', test.playlistUrl).href;
}

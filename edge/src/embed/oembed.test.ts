import { ChannelId, Problem } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { edgeFetch, freshChannelId } from '../testing/edge-client.ts';
import { tellEmbedSites } from '../testing/tell-embed-sites.ts';
import { TestPublisher } from '../testing/test-publisher.ts';
import { oembedOf, playerSize } from './oembed.ts';

const SHARE = { origin: 'https://edge.test', channelId: ChannelId.parse('demo') };

/** oembed.com §2.3.4: what an answer has, and what one of its type has to have. */
const Common = z.object({
  version: z.literal('1.0'),
  title: z.string().optional(),
  provider_name: z.string().optional(),
  provider_url: z.url().optional(),
  cache_age: z.int().positive().optional(),
});
const Thumbnail = z.object({ thumbnail_url: z.url(), thumbnail_width: z.int(), thumbnail_height: z.int() });
const Video = Common.extend({
  type: z.literal('video'),
  html: z.string(),
  width: z.int().positive(),
  height: z.int().positive(),
});
const Link = Common.extend({ type: z.literal('link') });

function ask(url: string, more: Readonly<Record<string, string>> = {}): Promise<Response> {
  return edgeFetch(`/oembed?${new URLSearchParams({ url, ...more })}`);
}

async function refusal(answer: Response): Promise<[status: number, code: string]> {
  expect([answer.headers.get('access-control-allow-origin'), answer.headers.get('cache-control')]).toEqual([
    '*',
    'no-store',
  ]);
  return [answer.status, Problem.parse(await answer.json()).code];
}

describe('oEmbed', () => {
  it('has a frame with the player, and how the channel looks', async () => {
    const { channelId } = await TestPublisher.live(4);
    const answer = await ask(`https://edge.test/watch/${channelId}`, { format: 'json' });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'application/json; charset=utf-8',
      'public, max-age=300, stale-if-error=0',
    ]);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const body: unknown = await answer.json();
    expect(Video.extend(Thumbnail.shape).parse(body)).toEqual(body);
    expect(body).toMatchObject({
      title: `${channelId} · Sluice`,
      provider_name: 'Sluice',
      provider_url: 'https://edge.test/',
      thumbnail_url: `https://edge.test/live/${channelId}/preview.jpg`,
      width: 640,
      height: 360,
      html: `<iframe src="https://edge.test/embed/${channelId}" width="640" height="360" title="${channelId}, live" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen frameborder="0" loading="lazy"></iframe>`,
    });
  });

  it.each([
    'https://edge.test/watch/demo',
    'http://edge.test/watch/demo?engine=hls#x',
    'https://edge.test/embed/demo',
    'https://edge.test/watch/demo/',
  ])('knows %s', async (url) => {
    expect((await ask(url)).status).toBe(200);
  });

  it.each<[url: string, status: number, code: string, more?: Record<string, string>]>([
    ['https://other.test/watch/demo', 404, 'no-such-address'],
    ['https://edge.test:444/watch/demo', 404, 'no-such-address'],
    ['https://edge.test/', 404, 'no-such-address'],
    ['https://edge.test/watch/No', 404, 'no-such-address'],
    ['https://edge.test/watch/demo/x', 404, 'no-such-address'],
    ['ftp://edge.test/watch/demo', 404, 'no-such-address'],
    ['no address', 404, 'no-such-address'],
    ['https://edge.test/t/x.y.z/watch/demo', 401, 'page-is-private'],
    ['https://edge.test/watch/demo', 501, 'format-not-there', { format: 'xml' }],
    ['https://edge.test/watch/demo', 400, 'malformed-query', { maxwidth: '0' }],
    ['https://edge.test/watch/demo', 400, 'malformed-query', { maxheight: '10.5' }],
    ['https://edge.test/watch/demo', 400, 'malformed-query', { maxwidth: 'wide' }],
    [`https://edge.test/watch/demo?${'x'.repeat(2_048)}`, 400, 'malformed-query'],
  ])('answers %s with %i %s', async (url, status, code, more) => {
    expect(await refusal(await ask(url, more))).toEqual([status, code]);
  });

  it('wants an address, and answers who may ask before asking', async () => {
    expect(await refusal(await edgeFetch('/oembed'))).toEqual([400, 'malformed-query']);
    const preflight = await edgeFetch('/oembed', { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  });

  it('says nothing of a private broadcast', async () => {
    const { channelId } = await TestPublisher.live(4, { isPrivate: true });
    expect(await refusal(await ask(`https://edge.test/watch/${channelId}`))).toEqual([401, 'page-is-private']);
  });

  it('is a link where no other site may embed the channel, and a player where some may', async () => {
    const channelId = freshChannelId();
    await tellEmbedSites(channelId, []);
    const body: unknown = await (await ask(`https://edge.test/watch/${channelId}`)).json();
    expect(Link.extend(Thumbnail.shape).parse(body)).toEqual(body);
    await tellEmbedSites(channelId, ['example.com'], 2);
    expect(await (await ask(`https://edge.test/watch/${channelId}`)).json()).toMatchObject({ type: 'video' });
  });

  it('leaves the image out where it does not fit', async () => {
    expect(await oembedOf(SHARE, { maxwidth: 320, maxheight: 180 }, true)).toHaveProperty('thumbnail_url');
    for (const room of [{ maxwidth: 319 }, { maxheight: 179 }]) {
      expect(await oembedOf(SHARE, room, true)).not.toHaveProperty('thumbnail_url');
    }
  });

  it.each([
    [{}, 640, 360],
    [{ maxwidth: 1280 }, 1280, 720],
    [{ maxwidth: 300 }, 300, 168],
    [{ maxheight: 720 }, 1280, 720],
    [{ maxheight: 100 }, 177, 99],
    [{ maxwidth: 1000, maxheight: 270 }, 480, 270],
    [{ maxwidth: 50_000, maxheight: 50_000 }, 1920, 1080],
    [{ maxwidth: 1 }, 1, 1],
  ])('%j gives the largest player that fits', (room, width, height) => {
    expect(playerSize(room)).toEqual({ width, height });
  });
});

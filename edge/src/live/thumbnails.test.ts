import { evictDurableObject } from 'cloudflare:test';
import type { StoryboardSprite } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { bodyText, channelStub, directFetch, edgeFetch, freshChannelId, okText } from '../testing/edge-client.ts';
import { edgeWith } from '../testing/edge-with.ts';
import { s3Bindings, s3Bucket } from '../testing/test-buckets.ts';
import { imageBytes, TestPublisher } from '../testing/test-publisher.ts';
import { untilStored } from '../testing/until-stored.ts';

function sprite(firstSlot: number, tileCount = 25): StoryboardSprite {
  return { firstSlot, tileCount, tileWidthPx: 160, tileHeightPx: 90 };
}

const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer());
const codeOf = async (answer: Response) => [answer.status, (await answer.json<{ code: string }>()).code];

describe('the thumbnail of a channel', () => {
  it('is the newest of its broadcast, for five seconds', async () => {
    const publisher = await TestPublisher.live(4);
    await publisher.show(0);
    await publisher.show(1);
    const answer = await edgeFetch(`/live/${publisher.channelId}/thumbnail`);
    expect(await bytesOf(answer)).toEqual(imageBytes(1));
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=5, stale-if-error=0');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const etag = answer.headers.get('etag') ?? '';
    const again = await edgeFetch(`/live/${publisher.channelId}/thumbnail`, { headers: { 'if-none-match': etag } });
    expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'public, max-age=5, stale-if-error=0']);
    const head = await edgeFetch(`/live/${publisher.channelId}/thumbnail`, { method: 'HEAD' });
    expect([head.status, (await bytesOf(head)).length]).toEqual([200, 0]);
  });

  it('is there before the broadcast can be played', async () => {
    const publisher = await TestPublisher.live(1);
    await publisher.show(0);
    expect((await edgeFetch(`/live/${publisher.channelId}/thumbnail`)).status).toBe(200);
  });

  it('is not there of a channel that nobody knows, that is offline, or that has none yet', async () => {
    expect(await codeOf(await edgeFetch(`/live/${freshChannelId()}/thumbnail`))).toEqual([404, 'channel-offline']);
    const without = await TestPublisher.live(4);
    const answer = await edgeFetch(`/live/${without.channelId}/thumbnail`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await codeOf(answer)).toEqual([404, 'no-such-media']);
    const ended = await TestPublisher.live(4);
    await ended.show(3);
    await ended.returnLease();
    expect(await codeOf(await edgeFetch(`/live/${ended.channelId}/thumbnail`))).toEqual([404, 'channel-offline']);
  });

  it('is not shown of a private broadcast to who has no token', async () => {
    const publisher = await TestPublisher.live(4, { isPrivate: true });
    await publisher.show(0, [sprite(0)]);
    const places = [`${publisher.path}/thumbnails/0.jpg`, `${publisher.path}/storyboards/0-25.jpg`];
    for (const path of [`/live/${publisher.channelId}/thumbnail`, `${publisher.path}/storyboard.vtt`, ...places]) {
      const answer = await edgeFetch(path);
      expect([path, ...(await codeOf(answer))]).toEqual([path, 403, 'token-required']);
    }
  });

  it('is one of the broadcast that began last', async () => {
    const first = await TestPublisher.live(4);
    await first.show(9);
    await first.returnLease();
    const second = await TestPublisher.live(4, { channelId: first.channelId });
    const path = `/live/${first.channelId}/thumbnail`;
    expect(await codeOf(await edgeFetch(path))).toEqual([404, 'no-such-media']);
    await second.show(0);
    expect(await bytesOf(await directFetch(path))).toEqual(imageBytes(0));
  });
});

describe('thumbnails and sprites by their names', () => {
  it('are there for ever, from the bucket', async () => {
    const publisher = await TestPublisher.live(4);
    await publisher.show(26, [sprite(0)]);
    for (const [name, slot] of [
      ['thumbnails/26.jpg', 26],
      ['storyboards/0-25.jpg', 0],
    ] as const) {
      const answer = await edgeFetch(`${publisher.path}/${name}`);
      expect(await bytesOf(answer)).toEqual(imageBytes(slot));
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      const etag = answer.headers.get('etag') ?? '';
      const known = await edgeFetch(`${publisher.path}/${name}`, { headers: { 'if-none-match': `W/${etag}` } });
      expect(known.status).toBe(304);
    }
  });

  it('are there from an S3 bucket, too, without any cache', async () => {
    const publisher = await TestPublisher.live(4, { bucket: s3Bucket() });
    await publisher.show(2);
    const ask = edgeWith({ MEDIA: null, MEDIA_CACHE: 'off', MEDIA_COLLAPSING: 'off', ...s3Bindings() });
    expect(await bytesOf(await ask(`${publisher.path}/thumbnails/2.jpg`))).toEqual(imageBytes(2));
    expect(await bytesOf(await ask(`/live/${publisher.channelId}/thumbnail`))).toEqual(imageBytes(2));
  });

  it.each([
    'thumbnails/27.jpg',
    'thumbnails/026.jpg',
    'thumbnails/26.png',
    'storyboards/0-24.jpg',
    'storyboards/x.jpg',
  ])('are not there where there is none: %s', async (name) => {
    const publisher = await TestPublisher.live(4);
    await publisher.show(26, [sprite(0)]);
    const answer = await edgeFetch(`${publisher.path}/${name}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await codeOf(answer)).toEqual([404, 'no-such-media']);
  });

  it('are not there of a channel that is none', async () => {
    const answer = await edgeFetch(`/live/${freshChannelId()}/0mww8blwxoz6wtlh8p63/thumbnails/0.jpg`);
    expect(await codeOf(answer)).toEqual([404, 'channel-offline']);
  });
});

describe('the storyboard of a broadcast', () => {
  it('has the sprites so far, and is asked for again soon', async () => {
    const publisher = await TestPublisher.live(4);
    const before = await edgeFetch(`${publisher.path}/storyboard.vtt`);
    expect([before.headers.get('content-type'), await bodyText(before)]).toEqual(['text/vtt', 'WEBVTT\n']);
    expect(before.headers.get('cache-control')).toBe('public, max-age=30, stale-if-error=0');
    await publisher.show(30, [sprite(0)]);
    await publisher.show(51, [sprite(25), sprite(0)]);
    const text = await bodyText(await directFetch(`${publisher.path}/storyboard.vtt`));
    expect(text.match(/-->/g)).toHaveLength(50);
    expect(text).toContain('00:02:05.000 --> 00:02:10.000\nstoryboards/25-25.jpg#xywh=0,0,160,90\n');
  });

  it('is told by relays as by the channel’s object', async () => {
    const publisher = await TestPublisher.live(4);
    await publisher.show(26, [sprite(0)]);
    const direct = await bodyText(await directFetch(`${publisher.path}/storyboard.vtt`));
    expect(direct).toContain('storyboards/0-25.jpg#xywh=640,360,160,90');
    await expect.poll(() => okText(`${publisher.path}/storyboard.vtt`)).toBe(direct);
  });

  it('is there after the broadcast has ended, and not of one that is not known', async () => {
    const publisher = await TestPublisher.live(4);
    await publisher.show(26, [sprite(0)]);
    await publisher.returnLease();
    expect(await okText(`${publisher.path}/storyboard.vtt`)).toContain('storyboards/0-25.jpg');
    const other = await edgeFetch(`/live/${publisher.channelId}/0mww8blwxoz6wtlh8p63/storyboard.vtt`);
    expect(await codeOf(other)).toEqual([404, 'no-such-broadcast']);
  });

  it('is not lost when the channel’s object is reset, and neither is the newest thumbnail', async () => {
    const publisher = await TestPublisher.live(4);
    await publisher.show(26, [sprite(0)]);
    // The row of a window is written with the next segment.
    await publisher.publish(4, 8);
    await untilStored(publisher, 2);
    await evictDurableObject(channelStub(publisher.channelId));
    expect(await bodyText(await directFetch(`${publisher.path}/storyboard.vtt`))).toContain('storyboards/0-25.jpg');
    expect(await bytesOf(await directFetch(`/live/${publisher.channelId}/thumbnail`))).toEqual(imageBytes(26));
  });

  it('that is announced malformed is refused, and nothing of it is known', async () => {
    const publisher = await TestPublisher.live(4);
    const thumbnails = { newestSlot: 1, sprites: [sprite(0, 26)] };
    const answer = await publisher.post('announce', { parts: [], thumbnails });
    expect(await codeOf(answer)).toEqual([400, 'request-invalid']);
    expect(await bodyText(await directFetch(`${publisher.path}/storyboard.vtt`))).toBe('WEBVTT\n');
  });
});

import { describe, expect, it } from 'vitest';
import { noPicture } from '../../generated/pages.ts';
import { edgeFetch, freshChannelId } from '../testing/edge-client.ts';
import { testPlaybackToken } from '../testing/test-playback-token.ts';
import { imageBytes, TestPublisher } from '../testing/test-publisher.ts';

/** `property` or `name` of each tag with its content, as those who show links read them. */
function tagsOf(page: string): Map<string, string> {
  const tags = page.matchAll(/<meta (?:property|name)="([^"]+)" content="([^"]*)">/g);
  return new Map([...tags].map(([, name = '', content = '']) => [name, content]));
}

const NO_PICTURE = Uint8Array.from(atob(noPicture), (character) => character.charCodeAt(0));
const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer());

describe('a link to a channel', () => {
  it.each(['/watch/demo?x=1', '/embed/demo'])('is told of by %s with whole addresses', async (path) => {
    const tags = tagsOf(await (await edgeFetch(path)).text());
    expect(Object.fromEntries(tags)).toMatchObject({
      'og:site_name': 'Sluice',
      'og:type': 'video.other',
      'og:title': 'demo · Sluice',
      'og:description': 'Watch demo live.',
      'og:url': 'https://edge.test/watch/demo',
      'og:image': 'https://edge.test/live/demo/preview.jpg',
      'og:image:type': 'image/jpeg',
      'og:image:width': '320',
      'og:image:height': '180',
      'og:video': 'https://edge.test/embed/demo',
      'og:video:secure_url': 'https://edge.test/embed/demo',
      'og:video:type': 'text/html',
      'og:video:width': '1280',
      'og:video:height': '720',
      'twitter:card': 'player',
      'twitter:title': 'demo · Sluice',
      'twitter:image': 'https://edge.test/live/demo/preview.jpg',
      'twitter:player': 'https://edge.test/embed/demo',
      'twitter:player:width': '1280',
      'twitter:player:height': '720',
    });
  });

  it('leads to oEmbed, which answers', async () => {
    const page = await (await edgeFetch('/watch/demo')).text();
    const [, href = ''] = /<link rel="alternate" type="application\/json\+oembed" href="([^"]+)"/.exec(page) ?? [];
    const url = new URL(href.replaceAll('&amp;', '&'));
    expect(url.searchParams.get('url')).toBe('https://edge.test/watch/demo');
    expect(await (await edgeFetch(url.pathname + url.search)).json()).toMatchObject({ type: 'video' });
  });

  it('is told of by no page below a token, nor by those of no channel', async () => {
    const { channelId } = await TestPublisher.live(4);
    const token = await testPlaybackToken({ channelId });
    for (const path of [`/t/${token}/watch/${channelId}`, '/', '/watch', '/watch/No']) {
      expect(await (await edgeFetch(path)).text()).not.toMatch(/og:|twitter:|oembed/);
    }
  });
});

describe('the preview of a channel', () => {
  it('is its newest thumbnail', async () => {
    const publisher = await TestPublisher.live(4);
    await publisher.show(3);
    const answer = await edgeFetch(`/live/${publisher.channelId}/preview.jpg`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(await bytesOf(answer)).toEqual(imageBytes(3));
  });

  it('is a picture all the same of a channel that nobody knows, that is offline, that has none yet, or is private', async () => {
    const ended = await TestPublisher.live(4);
    await ended.show(3);
    await ended.returnLease();
    const without = await TestPublisher.live(4);
    const hidden = await TestPublisher.live(4, { isPrivate: true });
    await hidden.show(3);
    for (const channelId of [freshChannelId(), ended.channelId, without.channelId, hidden.channelId]) {
      const answer = await edgeFetch(`/live/${channelId}/preview.jpg`);
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
        200,
        'image/jpeg',
        'public, max-age=5, stale-if-error=0',
      ]);
      expect(await bytesOf(answer)).toEqual(NO_PICTURE);
    }
    const token = await testPlaybackToken({ channelId: hidden.channelId });
    const seen = await edgeFetch(`/t/${token}/live/${hidden.channelId}/preview.jpg`);
    expect(await bytesOf(seen)).toEqual(imageBytes(3));
  });

  it('is a JPEG of the size that the tags say', () => {
    // ISO/IEC 10918-1 §B.2.2: SOF0, length, precision, then height and width.
    const frame = NO_PICTURE.findIndex((byte, at) => byte === 0xff && NO_PICTURE[at + 1] === 0xc0);
    const view = new DataView(NO_PICTURE.buffer, frame);
    expect([view.getUint16(7), view.getUint16(5)]).toEqual([320, 180]);
  });

  it('is none of a name that cannot be a channel’s', async () => {
    expect((await edgeFetch('/live/No/preview.jpg')).status).toBe(400);
  });
});

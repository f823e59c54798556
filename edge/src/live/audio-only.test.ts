import { describe, expect, it } from 'vitest';
import { checkMpd } from '../mpd-check/mpd-check.ts';
import { bodyText, edgeFetch } from '../testing/edge-client.ts';
import { TestPublisher } from '../testing/test-publisher.ts';
import { canonicalUrl } from './workers-cache.ts';

const ANY_PICTURE = /\bv[0-9]{3,4}\b/;

async function text(path: string): Promise<string> {
  const answer = await edgeFetch(path);
  expect(answer.status).toBe(200);
  return bodyText(answer);
}

describe('who wants the sound alone', () => {
  it('is listed no picture in the multivariant playlist', async () => {
    const { channelId, broadcastId } = await TestPublisher.live(8);
    const all = await text(`/live/${channelId}/index.m3u8`);
    expect(all).toMatch(ANY_PICTURE);
    const sound = await text(`/live/${channelId}/index.m3u8?audio`);
    expect(sound).not.toMatch(ANY_PICTURE);
    const variants = [...sound.matchAll(/^#EXT-X-STREAM-INF:.*\n(.+)$/gm)].map(([, uri]) => uri);
    expect(variants).toEqual([`${broadcastId}/a128.m3u8`]);
    expect(await text(`/live/${channelId}/muxed.m3u8?audio`)).not.toMatch(ANY_PICTURE);
  });

  it('is listed no picture in the MPD, which asks for updates in the same way', async () => {
    const { channelId, broadcastId } = await TestPublisher.live(8);
    const mpd = await text(`/live/${channelId}/${broadcastId}.mpd?begins&audio`);
    expect(mpd).toContain(`<Location>${broadcastId}.mpd?audio</Location>`);
    expect([...mpd.matchAll(/contentType="([a-z]+)"/g)].map(([, kind]) => kind)).toEqual(['audio']);
    expect(checkMpd(mpd).violations).toEqual([]);
    expect(await text(`/live/${channelId}/manifest.mpd`)).toContain(`<Location>${broadcastId}.mpd</Location>`);
  });

  it('has answers of its own in caches', () => {
    expect(canonicalUrl('https://a.test/live/demo/manifest.mpd?x=1&audio')).toBe(
      'https://a.test/live/demo/manifest.mpd?audio=',
    );
  });
});

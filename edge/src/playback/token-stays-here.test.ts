import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { Problem } from '@sluice/contracts';
import { Hono } from 'hono';
import type { JWTPayload } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EdgeEnv } from '../environment.ts';
import { bodyText, edgeFetch, held } from '../testing/edge-client.ts';
import { revokeTokens, testPlaybackToken } from '../testing/test-playback-token.ts';
import { TestPublisher } from '../testing/test-publisher.ts';
import { tokenRoutes } from './routes.ts';

afterEach(() => void vi.restoreAllMocks());

/** Everything that this isolate writes to its log. */
function listenToLog(): () => string {
  const levels = ['info', 'warn', 'error', 'log', 'debug'] as const;
  const spies = levels.map((level) => vi.spyOn(console, level).mockImplementation(() => undefined));
  return () => JSON.stringify(spies.flatMap((spy) => spy.mock.calls));
}

describe('a playback token', () => {
  it('is cut off before anything else of the edge sees the request', async () => {
    const publisher = await TestPublisher.live(6, { isPrivate: true });
    const token = await testPlaybackToken({ channelId: publisher.channelId });
    const seen: Request[] = [];
    const open = {
      fetch: (request: Request) => {
        seen.push(request);
        return new Response('x');
      },
    };
    const routes = new Hono<EdgeEnv>().route('/t', tokenRoutes(open));
    const page = `https://edge.test/t/${token}/watch/${publisher.channelId}`;
    const headers = { referer: page, range: 'bytes=0-1', 'accept-encoding': 'gzip' };
    for (const path of [`${publisher.path}/v720/1.0.m4s?x=1`, `/watch/${publisher.channelId}`]) {
      const request = new Request(`https://edge.test/t/${token}${path}`, { headers, cf: { country: 'DE' } });
      await routes.fetch(request, env, createExecutionContext());
    }
    expect(seen.map(({ url }) => new URL(url).pathname.split('/')[1])).toEqual(['live', 'watch']);
    for (const { url, headers: sent, cf } of seen) {
      expect(url + JSON.stringify([...sent])).not.toContain(token.slice(0, 20));
      expect([sent.get('range'), cf?.country]).toEqual(['bytes=0-1', 'DE']);
    }
  });

  it('is in nothing that comes back, and in no line of the log, whatever fails', async () => {
    const logged = listenToLog();
    const publisher = await TestPublisher.live(6, { isPrivate: true });
    const { channelId, broadcastId } = publisher;
    const token = await testPlaybackToken({ channelId });
    const place = `/t/${token}/live/${channelId}`;
    const good = [
      `${place}/index.m3u8`,
      `${place}/manifest.mpd`,
      `${place}/status.json`,
      `${place}/${broadcastId}/v720.m3u8`,
      `${place}/${broadcastId}/v720.m3u8?_HLS_msn=x`,
      `${place}/${broadcastId}/v720/9.0.m4s`,
      `${place}/nothing`,
      `/t/${token}/watch/${channelId}`,
      `/t/${token}/embed/${channelId}`,
      `/t/${token}/embed/${channelId}?autoplay=0`,
      `/t/${token}/watch/No`,
      `/t/${token}/nothing`,
    ];
    const answers = [];
    for (const path of good) answers.push(await edgeFetch(path));
    // The bucket and the channel's object fail.
    vi.spyOn(env.MEDIA, 'get').mockRejectedValue(new Error('the bucket is on fire'));
    answers.push(await edgeFetch(`${place}/${broadcastId}/v720/1.0.m4s`));
    vi.spyOn(env.CHANNEL, 'getByName').mockImplementation(() => {
      throw Object.assign(new Error('overloaded'), { overloaded: true });
    });
    for (const path of good) answers.push(await edgeFetch(path));
    for (const answer of answers) {
      const all = (await bodyText(answer)) + JSON.stringify([...answer.headers]);
      expect(all).not.toContain(token.slice(0, 20));
      expect(all).not.toContain(token.slice(-20));
    }
    expect(logged()).toContain('the bucket is on fire');
    expect(logged()).not.toContain(token.slice(0, 20));
    expect(logged()).not.toContain(token.slice(-20));
  });

  it('that is revoked while its request is held is told so, and gets nothing', async () => {
    const publisher = await TestPublisher.live(6, { isPrivate: true });
    const { channelId } = publisher;
    const [kept, lost] = [
      await testPlaybackToken({ channelId }),
      await testPlaybackToken({ channelId, claims: { sub: 'anna' } }),
    ];
    const next = (rendition: string) => `${publisher.path}/${rendition}.m3u8?_HLS_msn=2&_HLS_part=2`;
    const one = await held(channelId, `/t/${kept}${next('v720')}`);
    const other = await held(channelId, `/t/${lost}${next('v360')}`);
    await revokeTokens(channelId, [{ issuedBeforeMs: Date.now() + 1, subject: 'anna' }]);
    const nowMs = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(nowMs + 1_500);
    await publisher.publish(6, 7);
    expect(await bodyText(await one.answer)).toContain('v720/2.2.m4s');
    const refused = await other.answer;
    expect([refused.status, Problem.parse(await refused.json()).code]).toEqual([403, 'token-revoked']);
  });
});

describe('the watch page below a token', () => {
  it('is the watch page, sends its own origin and never its address, and is kept for nobody else', async () => {
    const publisher = await TestPublisher.live(6, { isPrivate: true });
    const { channelId } = publisher;
    const token = await testPlaybackToken({ channelId, claims: { sites: ['https://a.example'] } });
    const answer = await edgeFetch(`/t/${token}/watch/${channelId}`);
    expect([answer.status, answer.headers.get('referrer-policy')]).toEqual([200, 'strict-origin']);
    const text = await bodyText(answer);
    expect(text).toContain(`data-channel-id="${channelId}"`);
    expect(text).not.toContain(token.slice(0, 20));
    const open = await edgeFetch(`/watch/${channelId}`);
    const openText = await bodyText(open);
    // Only a page that anybody may be sent to has a picture for who links to it.
    expect([openText.includes('og:image'), text.includes('og:image')]).toEqual([true, false]);
    const shared = /<(?:meta property="og:|meta name="twitter:|link rel="alternate")[^\n]*/g;
    const plain = (page: string) => page.replaceAll(shared, '').replaceAll(/\n+/g, '\n');
    expect([open.headers.get('referrer-policy'), plain(openText)]).toEqual(['same-origin', plain(text)]);
  });

  it.each<[what: string, claims: JWTPayload, sentence: string]>([
    ['has expired', { iat: 1e9, nbf: 1e9, exp: 1e9 + 60 }, 'The link has expired.'],
    ['is for another channel', { channel: 'another' }, 'The link is for another channel.'],
  ])('says to people that the link %s', async (_what, claims, sentence) => {
    const token = await testPlaybackToken({ channelId: 'demo', claims });
    const answer = await edgeFetch(`/t/${token}/watch/demo`);
    const text = await bodyText(answer);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'text/html; charset=UTF-8']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain(sentence);
    expect(text).not.toContain(token.slice(0, 20));
  });
});

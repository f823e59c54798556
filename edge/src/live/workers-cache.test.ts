import { createExecutionContext } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { bodyText, edgeFetch } from '../testing/edge-client.ts';
import { TestPublisher } from '../testing/test-publisher.ts';
import worker from '../worker.ts';
import { type CachedProps, canonicalUrl } from './workers-cache.ts';

/** Asks with the cache's entrypoint in between, and tells what it was asked. */
async function throughCache(path: string, init?: RequestInit) {
  const asked: { url: string; props: CachedProps }[] = [];
  const CachedEdge = (options: { props: CachedProps }) => ({
    fetch: (request: Request) => {
      asked.push({ url: request.url, props: options.props });
      return exports.CachedEdge(options).fetch(request);
    },
  });
  const context = Object.assign(createExecutionContext(), { exports: { CachedEdge } });
  const request = new Request(`https://edge.test${path}`, init) as Request<unknown, IncomingRequestCfProperties>;
  const answer = await worker.fetch(request, { ...env, WORKERS_CACHE: 'on' }, context);
  return { answer, asked };
}

describe('the key of what may be shared', () => {
  it.each([
    ['https://a.test/live/demo/index.m3u8?token=x&_=1', 'https://a.test/live/demo/index.m3u8'],
    [
      'https://b.test/live/demo/b/v720.m3u8?_HLS_skip=YES&_HLS_part=1&x=1&_HLS_msn=4',
      'https://b.test/live/demo/b/v720.m3u8?_HLS_msn=4&_HLS_part=1&_HLS_skip=YES',
    ],
    // Given twice it is refused, and stays so.
    ['https://a.test/p?_HLS_msn=1&_HLS_msn=2', 'https://a.test/p?_HLS_msn=1&_HLS_msn=2'],
    ['https://a.test/live/d%65mo/index.m3u8', 'https://a.test/live/demo/index.m3u8'],
    ['https://a.test/live/demo/b/v720/4.m4s?init=0', 'https://a.test/live/demo/b/v720/4.m4s?init=0'],
  ])('of %s is %s', (address, key) => {
    expect(canonicalUrl(address)).toBe(key);
  });
});

describe('with Workers Cache in front', () => {
  it('every answer is what it is without', async () => {
    const publisher = await TestPublisher.live(8);
    const { path, channelId } = publisher;
    const paths = [
      `/live/${channelId}/index.m3u8`,
      `/live/${channelId}/manifest.mpd`,
      `${path}/v720.m3u8?_HLS_msn=2&_HLS_part=3`,
      `${path}/v720/2.1.m4s`,
      `${path}/v720/init-0.mp4`,
      `${path}/v720/77.0.m4s`,
      `${path}/v720.m3u8?_HLS_part=3`,
    ];
    for (const each of paths) {
      const { answer, asked } = await throughCache(each);
      const direct = await edgeFetch(each);
      const facts = ({ status, headers }: Response) => [
        status,
        headers.get('content-type'),
        headers.get('cache-control'),
        headers.get('etag'),
        headers.get('access-control-allow-origin'),
      ];
      expect(facts(answer)).toEqual(facts(direct));
      expect(await bodyText(answer)).toBe(await bodyText(direct));
      expect(asked.map(({ url }) => url)).toEqual([canonicalUrl(`https://edge.test${each}`)]);
      expect(asked[0]?.props).toEqual({ region: 'weur', viewer: { seesPrivate: false }, encoding: 'identity' });
    }
  });

  it('what is held is answered when it comes, and what nobody shares is not asked through it', async () => {
    const publisher = await TestPublisher.live(8);
    const { path, channelId } = publisher;
    const held = throughCache(`${path}/v720.m3u8?_HLS_msn=3&_HLS_part=0`);
    const hinted = throughCache(`${path}/v720/3.0.m4s`);
    await publisher.publish(8, 9);
    expect([(await held).answer.status, (await hinted).answer.status]).toEqual([200, 200]);
    for (const [each, init] of [
      [`/live/${channelId}/status.json`, {}],
      [`/live/${channelId}/viewers.json`, {}],
      [`${path}/v720/2.1.m4s`, { headers: { range: 'bytes=0-9' } }],
      [`${path}/v720/2.1.m4s`, { method: 'HEAD' }],
    ] as const) {
      const { answer, asked } = await throughCache(each, init);
      expect([answer.ok, asked]).toEqual([true, []]);
      await answer.arrayBuffer();
    }
  });
});

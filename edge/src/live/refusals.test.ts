import { Problem } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { edgeFetch, freshChannelId } from '../testing/edge-client.ts';
import { TestPublisher } from '../testing/test-publisher.ts';

const BROADCAST_ID = '0mww8blwx4z6wtlh8p63';
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Age, Date, Content-Length, Content-Range',
  'cross-origin-resource-policy': 'cross-origin',
};

describe('what viewers are refused', () => {
  it.each([
    ['/live/Demo/index.m3u8', 400, 'malformed-path'],
    ['/live/-x/status.json', 400, 'malformed-path'],
    [`/live/${'a'.repeat(64)}/index.m3u8`, 400, 'malformed-path'],
    ['/live/demo/SHORT/v720.m3u8', 400, 'malformed-path'],
    [`/live/demo/${BROADCAST_ID}/x720.m3u8`, 400, 'malformed-path'],
    [`/live/demo/${BROADCAST_ID}/V720/1.m4s`, 400, 'malformed-path'],
    [`/live/demo/${BROADCAST_ID}/v720.m3u8?_HLS_msn=x`, 400, 'malformed-directive'],
    ['/live/demo/index.m3u8', 404, 'channel-offline'],
    [`/live/demo/${BROADCAST_ID}/v720.m3u8`, 404, 'channel-offline'],
    [`/live/demo/${BROADCAST_ID}/v720/1.0.m4s`, 404, 'channel-offline'],
    [`/live/demo/${BROADCAST_ID}/v720/01.m4s`, 404, 'no-such-media'],
    [`/live/demo/${BROADCAST_ID}/v720/1.0.ts`, 404, 'no-such-media'],
    [`/live/demo/${BROADCAST_ID}/v720/..%2f1.m4s`, 404, 'no-such-media'],
    ['/live/demo/manifest.mpd', 404, 'channel-offline'],
    ['/live/demo', 404, 'no-such-address'],
    [`/live/demo/${BROADCAST_ID}/.m3u8`, 404, 'no-such-address'],
    ['/live/', 404, 'no-such-address'],
    ['/live/a/b/c/d/e', 404, 'no-such-address'],
  ])('%s: %i %s, with CORS and never cached (rules A7.56, A7.59)', async (path, status, code) => {
    const answer = await edgeFetch(path);
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({ ...CORS, 'cache-control': 'no-store' });
    expect(Problem.parse(await answer.json())).toMatchObject({ status, code });
  });

  it('tells a rendition that is not there from a broadcast that is not', async () => {
    const publisher = await TestPublisher.live(4);
    const answer = await edgeFetch(`${publisher.path}/v480.m3u8`);
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'no-such-rendition' }]);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('no %s', async (method) => {
    const answer = await edgeFetch('/live/demo/index.m3u8', { method });
    expect(answer.status).toBe(405);
    expect(Object.fromEntries(answer.headers)).toMatchObject({ ...CORS, allow: 'GET, HEAD, OPTIONS' });
  });

  it('a preflight is answered for any address, and may be remembered for a day', async () => {
    const publisher = await TestPublisher.live(4);
    for (const path of [`${publisher.path}/v720.m3u8?_HLS_msn=1`, `${publisher.path}/v720/1.0.m4s`, '/live/x/y']) {
      const answer = await edgeFetch(path, { method: 'OPTIONS', headers: { 'access-control-request-method': 'GET' } });
      expect(answer.status).toBe(204);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        ...CORS,
        'access-control-allow-methods': 'GET, HEAD, OPTIONS',
        'access-control-allow-headers': 'Range, If-None-Match, If-Modified-Since',
        'access-control-max-age': '86400',
      });
    }
  });
});

describe('what viewers are given', () => {
  it('has CORS, and its date, on every kind of answer (rule A7.56)', async () => {
    const publisher = await TestPublisher.live(6);
    const range = { headers: { range: 'bytes=0-1' } };
    const past = { headers: { range: 'bytes=99999-' } };
    const etag = `"${publisher.channelId}/${publisher.broadcastId}/v720/1.0.m4s"`;
    const answers = await Promise.all([
      edgeFetch(`/live/${publisher.channelId}/index.m3u8`),
      edgeFetch(`/live/${publisher.channelId}/status.json`),
      edgeFetch(`${publisher.path}/v720.m3u8`),
      edgeFetch(`${publisher.path}/v720/1.0.m4s`),
      edgeFetch(`${publisher.path}/v720/1.m4s`, range),
      edgeFetch(`${publisher.path}/v720/1.0.m4s`, past),
      edgeFetch(`${publisher.path}/v720/1.0.m4s`, { headers: { 'if-none-match': etag } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 206, 416, 304]);
    for (const { headers } of answers) {
      expect(Object.fromEntries(headers)).toMatchObject(CORS);
      expect(Date.parse(headers.get('date') ?? '')).not.toBeNaN();
    }
  });

  it('has for HEAD the headers of GET, and no body', async () => {
    const publisher = await TestPublisher.live(6);
    const paths = [
      `/live/${publisher.channelId}/index.m3u8`,
      `/live/${publisher.channelId}/status.json`,
      `/live/${publisher.channelId}/nothing`,
      `${publisher.path}/v720.m3u8`,
      `${publisher.path}/v720.m3u8?_HLS_msn=1`,
      `${publisher.path}/v720.m3u8?_HLS_msn=x`,
      `${publisher.path}/v720/1.0.m4s`,
      `${publisher.path}/v720/1.m4s`,
      `${publisher.path}/v720/init-0.mp4`,
      `${publisher.path}/v720/9.0.m4s`,
      `/live/${freshChannelId()}/index.m3u8`,
    ];
    const described = ({ status, headers }: Response) => [
      status,
      Object.fromEntries([...headers].filter(([name]) => name !== 'date')),
    ];
    for (const path of paths) {
      const [get, head] = [await edgeFetch(path), await edgeFetch(path, { method: 'HEAD' })];
      expect([path, ...described(head)]).toEqual([path, ...described(get)]);
      expect((await head.arrayBuffer()).byteLength).toBe(0);
      await get.arrayBuffer();
    }
  });
});

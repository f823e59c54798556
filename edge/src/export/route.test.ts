import { env } from 'cloudflare:workers';
import { BroadcastId, initKey, PROBLEM_CONTENT_TYPE, Problem, partKey, segmentKey } from '@sluice/contracts';
import { Hono } from 'hono';
import { describe, expect, it, vi } from 'vitest';
import { type Refused, refused } from '../channel/channel-replies.ts';
import type { EdgeEnv } from '../environment.ts';
import { giveRights } from '../playback/request-rights.ts';
import type { ViewerRights } from '../playback/viewer-rights.ts';
import { freshChannelId } from '../testing/edge-client.ts';
import { ExportedRecording } from '../testing/exported-recording.ts';
import { readMovie } from '../testing/read-movie.ts';
import { A128, V720 } from '../testing/test-broadcast.ts';
import { r2Bucket, s3Bucket, type TestBucket } from '../testing/test-buckets.ts';
import { BucketReader } from './bucket-reader.ts';
import type { ExportReader, ExportSource } from './export-source.ts';
import { type ExportOrder, exportRoute, type FoundExport } from './route.ts';

const BROADCAST = BroadcastId.parse('0mww8blwx4z6wtlh8p63');
const CHANNEL = freshChannelId();
const PATH = '/vod/any/export.mp4';
const BOTH = `${PATH}?video=v720&audio=a128`;
const EXPORTER: ViewerRights = { seesPrivate: true, mayExport: true };
const FOUR = [16, 16, 16, 16];

interface AskOptions {
  readonly rights?: ViewerRights;
  readonly method?: string;
  readonly find?: (order: ExportOrder) => FoundExport | Refused;
}

/** The route as it will be mounted, behind whatever checks a token. */
async function ask(path: string, { rights, method = 'GET', find = () => refused('no-such-recording') }: AskOptions) {
  const app = new Hono<EdgeEnv>();
  app.get(
    '/vod/:id/export.mp4',
    exportRoute(async (_c, order) => find(order)),
  );
  const request = new Request(`https://edge.test${path}`, { method });
  if (rights !== undefined) giveRights(request, rights);
  return app.fetch(request, env);
}

function found(source: ExportSource): () => FoundExport {
  return () => ({ kind: 'found', channelId: CHANNEL, broadcastId: BROADCAST, videoId: V720, audioId: A128, source });
}

async function problemOf(answer: Response): Promise<[status: number, code: string]> {
  expect(answer.headers.get('content-type')).toBe(PROBLEM_CONTENT_TYPE);
  return [answer.status, Problem.parse(await answer.json()).code];
}

async function bytesOf(answer: Response): Promise<Uint8Array> {
  expect(answer.status).toBe(200);
  return new Uint8Array(await answer.arrayBuffer());
}

const recording = () => new ExportedRecording([{ framesOfParts: FOUR }, { framesOfParts: FOUR }]);

describe('who may export', () => {
  it.each([
    ['nobody without a token, though the recording be public', undefined, 'export-not-allowed'],
    ['nobody whose token does not say so', { seesPrivate: true }, 'export-not-allowed'],
    ['nobody above the size of the token', { ...EXPORTER, heightPxMax: 480 }, 'token-not-for-this-rendition'],
  ])('%s', async (_what, rights, code) => {
    for (const method of ['GET', 'HEAD']) {
      const find = vi.fn(found(recording().source));
      const answer = await ask(BOTH, { ...(rights && { rights }), method, find });
      expect([answer.status, answer.headers.get('cache-control'), find.mock.calls.length]).toEqual([
        403,
        'no-store',
        0,
      ]);
      if (method === 'GET') expect(await problemOf(answer)).toEqual([403, code]);
    }
  });

  it('whoever’s token says so', async () => {
    const answer = await ask(BOTH, { rights: { ...EXPORTER, heightPxMax: 720 }, find: found(recording().source) });
    expect(readMovie(await bytesOf(answer)).map(({ samples }) => samples.length)).toEqual([128, 200]);
  });
});

describe('an address of an export', () => {
  it('has a file that is to be kept, of which nobody knows the length, and no ranges', async () => {
    const answer = await ask(BOTH, { rights: EXPORTER, find: found(recording().source) });
    await bytesOf(answer);
    expect(Object.fromEntries(answer.headers)).toEqual({
      'content-type': 'video/mp4',
      'content-disposition': `attachment; filename="${CHANNEL}-2026-11-25-120000-v720.mp4"`,
      'accept-ranges': 'none',
      'cache-control': 'no-store',
    });
  });

  it('tells the same of itself without reading any media', async () => {
    const reader = { readInit: vi.fn<ExportReader['readInit']>(), openSegment: vi.fn<ExportReader['openSegment']>() };
    const answer = await ask(BOTH, { rights: EXPORTER, method: 'HEAD', find: found(recording().sourceOf(reader)) });
    expect([answer.status, answer.headers.get('content-type'), answer.body]).toEqual([200, 'video/mp4', null]);
    expect([reader.readInit.mock.calls, reader.openSegment.mock.calls]).toEqual([[], []]);
  });

  it.each([
    `${PATH}?video=a128`,
    `${PATH}?audio=v720`,
    `${PATH}?video=v720%2Ba128`,
    `${PATH}?video=../x`,
    `${PATH}?video=`,
  ])('%s is malformed', async (path) => {
    expect(await problemOf(await ask(path, { rights: EXPORTER }))).toEqual([400, 'malformed-query']);
  });

  it('of what is not there says so', async () => {
    expect(await problemOf(await ask(BOTH, { rights: EXPORTER }))).toEqual([404, 'no-such-recording']);
  });

  it('can name a picture alone, or a sound, or nothing', async () => {
    const find = vi.fn((_order: ExportOrder) => refused('no-such-rendition'));
    const rights = { ...EXPORTER, heightPxMax: 720 };
    for (const query of ['?video=v720', '?audio=a128', '']) await ask(PATH + query, { rights, find });
    expect(find.mock.calls).toEqual([
      [{ videoId: 'v720', heightPxMax: 720 }],
      [{ audioId: 'a128', heightPxMax: 720 }],
      [{ heightPxMax: 720 }],
    ]);
  });
});

describe('what goes wrong before the first byte is told as a Problem', () => {
  it.each(['v720/1', 'v720/init-0', 'a128/1', 'a128/init-0', 'v720/2'])('%s is not there', async (name) => {
    const own = recording();
    const bucket = await stored(r2Bucket(), own, (each) => each !== name);
    const answer = await ask(BOTH, { rights: EXPORTER, find: found(own.sourceOf(bucket)) });
    expect(await problemOf(answer)).toEqual([404, 'no-such-media']);
  });

  it('there is nothing but gaps', async () => {
    const { source } = new ExportedRecording([{ framesOfParts: FOUR, isVideoGap: true, isAudioGap: true }]);
    const answer = await ask(BOTH, { rights: EXPORTER, find: found(source) });
    expect(await problemOf(answer)).toEqual([404, 'no-such-media']);
  });

  it('too many export in this isolate, until one of them is done', async () => {
    const order = () => ask(BOTH, { rights: EXPORTER, find: found(recording().source) });
    const three = [await order(), await order(), await order()];
    expect(await problemOf(await order())).toEqual([503, 'too-many-exports']);
    await three[0]?.body?.cancel();
    three[0] = await order();
    expect(await problemOf(await order())).toEqual([503, 'too-many-exports']);
    await Promise.all(three.map(bytesOf));
    await bytesOf(await order());
  });
});

describe.each([r2Bucket(), s3Bucket()])('out of a bucket in $name', (bucket) => {
  it('comes the same file as from anywhere, also where a segment lies there in parts only', async () => {
    const own = new ExportedRecording([{ framesOfParts: FOUR }, { framesOfParts: FOUR }, { framesOfParts: FOUR }]);
    const reader = await stored(bucket, own, (name) => name !== 'v720/2');
    const whole = own.files.get('v720/2') ?? new Uint8Array(0);
    const [first, second] = [whole.slice(0, 700), whole.slice(700)];
    const { place } = reader;
    await bucket.put(partKey(place(V720), 2, 0), first);
    await bucket.put(partKey(place(V720), 2, 1), second);
    const video = { timescaleHz: 30_000, segments: own.video.map((segment) => ({ ...segment, partCount: 2 })) };
    const source = { ...own.sourceOf(reader), video };
    const fromBucket = await bytesOf(await ask(BOTH, { rights: EXPORTER, find: found(source) }));
    const fromMemory = await bytesOf(await ask(BOTH, { rights: EXPORTER, find: found(own.source) }));
    expect(fromBucket).toEqual(fromMemory);
  });

  it('comes the rest of a file, from a byte on', async () => {
    const own = recording();
    const reader = await stored(bucket, own, () => true);
    const [segment] = own.video;
    if (segment === undefined) throw new Error('no segment');
    const file = own.files.get('v720/1') ?? new Uint8Array(0);
    const { sizeBytes, body } = await reader.openSegment(segment, 100);
    expect(sizeBytes).toBe(file.length);
    expect(new Uint8Array(await new Response(body).arrayBuffer())).toEqual(file.slice(100));
  });
});

/** Puts a recording into a bucket, and reads it there. */
async function stored(bucket: TestBucket, { files }: ExportedRecording, isPut: (name: string) => boolean) {
  const channelId = freshChannelId();
  const place = (renditionId: typeof V720 | typeof A128) => ({ channelId, broadcastId: BROADCAST, renditionId });
  for (const [name, bytes] of files) {
    if (!isPut(name)) continue;
    const [rendition, file = ''] = name.split('/');
    const own = place(rendition === V720 ? V720 : A128);
    await bucket.put(file.startsWith('init') ? initKey(own, 0) : segmentKey(own, Number(file)), bytes);
  }
  const reader = new BucketReader(bucket.store, { channelId, broadcastId: BROADCAST });
  return Object.assign(reader, { place });
}

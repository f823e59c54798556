import { env } from 'cloudflare:workers';
import { ClipId, initKey, partKey, RenditionId, segmentKey } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exportBytes } from '../export/export-bytes.ts';
import type { ExportSource } from '../export/export-source.ts';
import { edgeFetch } from '../testing/edge-client.ts';
import { stopRecorded } from '../testing/end-of-broadcast.ts';
import { ExportedRecording } from '../testing/exported-recording.ts';
import { STARTED_AT_MS, V720 } from '../testing/test-broadcast.ts';
import { testEdgeCall, testPlaybackToken } from '../testing/test-playback-token.ts';
import { joinedBytes, TestPublisher, type TestPublisherOptions } from '../testing/test-publisher.ts';

/** As the media grid has them at 30 fps. */
const PARTS = { framesOfParts: [16, 16, 16, 16] };
const SEGMENT_MS = 64_000 / 30;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A recording of three segments, and what its files are. */
async function recorded(options: TestPublisherOptions = {}) {
  const publisher = await TestPublisher.live(12, { isRecorded: true, ...options });
  await stopRecorded(publisher);
  const media = new ExportedRecording([PARTS, PARTS, PARTS]);
  for (const [name, bytes] of media.files) {
    const [id, file = ''] = name.split('/');
    const place = publisher.place(RenditionId.parse(id));
    await env.MEDIA.put(file.startsWith('init') ? initKey(place, 0) : segmentKey(place, Number(file)), bytes);
  }
  const { broadcastId, channelId } = publisher;
  return { publisher, media, channelId, path: `/vod/${broadcastId}/export.mp4` };
}

async function exporting(channelId: string, claims: object = {}): Promise<string> {
  return `/t/${await testPlaybackToken({ channelId, claims: { mayExport: true, ...claims } })}`;
}

async function bytesOf(answer: Response): Promise<Uint8Array> {
  expect(answer.status).toBe(200);
  return new Uint8Array(await answer.arrayBuffer());
}

async function fileOf(source: ExportSource): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of exportBytes(source)) pieces.push(piece.slice());
  return joinedBytes(...pieces);
}

async function refusal(answer: Response): Promise<unknown> {
  const { code } = await answer.json<{ code: string }>();
  return [answer.status, answer.headers.get('cache-control'), code];
}

describe('the export of a recording', () => {
  it('is the file of its segments, for who has a token that says so', async () => {
    const { media, channelId, path } = await recorded();
    const answer = await edgeFetch((await exporting(channelId)) + path);
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="${channelId}-2026-11-25-120000-v720.mp4"`,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await bytesOf(answer)).toEqual(await fileOf(media.source));
  });

  it('reads a segment that has no object out of its parts', async () => {
    const { publisher, media, channelId, path } = await recorded();
    const place = publisher.place(V720);
    const bytes = media.files.get('v720/2') ?? new Uint8Array(0);
    await env.MEDIA.delete(segmentKey(place, 2));
    for (const index of [0, 1, 2, 3]) {
      await env.MEDIA.put(
        partKey(place, 2, index),
        bytes.slice(index * 300, index < 3 ? (index + 1) * 300 : undefined),
      );
    }
    const answer = await edgeFetch((await exporting(channelId)) + path);
    expect(await bytesOf(answer)).toEqual(await fileOf(media.source));
  });

  it.each([{ isPrivate: false }, { isPrivate: true }])('is for nobody else: %j', async ({ isPrivate }) => {
    const { channelId, path } = await recorded({ isPrivate });
    const viewing = `/t/${await testPlaybackToken({ channelId })}`;
    for (const [prefix, code] of [
      ['', 'export-not-allowed'],
      [viewing, 'export-not-allowed'],
      [await exporting(channelId, { mayExport: false }), 'export-not-allowed'],
      [await exporting('another-channel'), 'token-for-another-channel'],
    ]) {
      expect(await refusal(await edgeFetch(prefix + path))).toEqual([403, 'no-store', code]);
    }
    const answer = await edgeFetch((await exporting(channelId)) + path, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'video/mp4']);
  });

  it('has no more than its token goes as far as', async () => {
    const { channelId, path } = await recorded();
    const prefix = await exporting(channelId, { heightPxMax: 480 });
    expect(await refusal(await edgeFetch(`${prefix}${path}?video=v720`))).toEqual([
      403,
      'no-store',
      'token-not-for-this-rendition',
    ]);
    const answer = await edgeFetch(prefix + path, { method: 'HEAD' });
    expect(answer.headers.get('content-disposition')).toContain('-v360.mp4');
  });

  it('of what is not there says what is not', async () => {
    const { channelId, path } = await recorded();
    const prefix = await exporting(channelId);
    expect(await refusal(await edgeFetch(`${prefix}${path}?video=v1080`))).toEqual([
      404,
      'no-store',
      'no-such-rendition',
    ]);
    for (const [own, refused] of [
      ['/vod/0mww8blwxpz6wtlh8p63/export.mp4', [404, 'no-store', 'no-such-recording']],
      ['/clip/0mww8blwxpz6wtlh8p63/export.mp4', [404, 'no-store', 'no-such-clip']],
      ['/vod/NOPE/export.mp4', [400, 'no-store', 'malformed-path']],
    ] as const) {
      expect(await refusal(await edgeFetch(prefix + own))).toEqual(refused);
    }
  });
});

describe('the export of a clip', () => {
  it('is the file of its own segments, and is dated by them', async () => {
    const { media, channelId, publisher } = await recorded({ isPrivate: true });
    const clipId = ClipId.parse(crypto.randomUUID().replaceAll('-', '').slice(0, 20));
    const body = { broadcastId: publisher.broadcastId, fromMs: STARTED_AT_MS + 3_000, toMs: STARTED_AT_MS + 5_000 };
    const cut = await edgeFetch(`/control/v1/channels/${channelId}/clips/${clipId}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${await testEdgeCall(channelId)}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(cut.status).toBe(200);
    const path = `/clip/${clipId}/export.mp4`;
    expect(await refusal(await edgeFetch(path))).toEqual([403, 'no-store', 'export-not-allowed']);
    const { source, video, audio } = media;
    const clipped = {
      ...source,
      startedAtMs: STARTED_AT_MS + Math.round(SEGMENT_MS),
      video: source.video && { ...source.video, segments: video.slice(1) },
      audio: source.audio && { ...source.audio, segments: audio.slice(1) },
    };
    const answer = await edgeFetch((await exporting(channelId)) + path);
    expect(await bytesOf(answer)).toEqual(await fileOf(clipped));
  });
});

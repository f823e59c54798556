import { parseArgs } from 'node:util';
import { ChannelStatus } from '@sluice/contracts';
import { z } from 'zod';
import { TestSystem } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';
import { milliseconds, printLine, printTable, seconds } from './table.ts';

const LADDER = [{ heightPx: 360, bitrateBps: 700_000 }];
const LOOK_EVERY_MS = 50;
const READY_MS_MAX = 60_000;
/** Of wall time: what is cut is a little in the past. */
const CLIP = { beforeMs: 9_000, lengthMs: 4_000 };

const Clip = z.object({ clipId: z.string(), urls: z.object({ hls: z.url() }) });

/**
 * `recordings [--broadcasts 5] [--clips 20]`: how soon clips and recordings can be played. A clip: from the request to the
 * control API until its first segment is in hand; beside it the same reads of a clip that is there already, which is the
 * least that it can take. A recording: from the publisher's stop until its playlist is answered.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: { broadcasts: { type: 'string', default: '5' }, clips: { type: 'string', default: '20' } },
  });
  await using test = await TestSystem.start();
  await ask(test, 'PATCH', `/v1/channels/${test.system.channelId}`, { isRecorded: true, ladder: LADDER });
  const clipsMs: number[] = [];
  const boundsMs: number[] = [];
  const recordingsMs: number[] = [];
  for (let number = 1; number <= Number(values.broadcasts); number += 1) {
    const publisher = test.publish({ widthPx: 640, heightPx: 360 });
    await untilLive(test.statusUrl);
    const { broadcast } = ChannelStatus.parse(await (await fetch(test.statusUrl)).json());
    if (broadcast === null) throw new Error('nothing is live');
    await wait(CLIP.beforeMs + 3_000);
    for (let clip = 0; clip < Number(values.clips) / Number(values.broadcasts); clip += 1) {
      const { takenMs, playlistUrl } = await cutAndPlay(test);
      clipsMs.push(takenMs);
      boundsMs.push(await timed(() => play(playlistUrl)));
    }
    await publisher.stop();
    const stoppedAtMs = Date.now();
    await untilAnswered(`${test.system.edgeUrl}/vod/${broadcast.broadcastId}/index.m3u8`);
    recordingsMs.push(Date.now() - stoppedAtMs);
  }
  printTable(
    ['', 'p50', 'p95', 'max', 'of'],
    [
      row('a clip, from the request to its first segment', clipsMs, milliseconds),
      row('the same reads of a clip that is there', boundsMs, milliseconds),
      row('a recording, from the stop to its playlist', recordingsMs, seconds),
    ],
  );
  printLine(
    `  A clip takes ${(quantile(clipsMs, 0.5) / quantile(boundsMs, 0.5)).toFixed(1)} times what it takes to read one.`,
  );
  return quantile(clipsMs, 1) < 1_000 && quantile(recordingsMs, 1) < 10_000 ? 0 : 1;
}

async function cutAndPlay(test: TestSystem): Promise<{ takenMs: number; playlistUrl: string }> {
  const from = Date.now() - CLIP.beforeMs;
  let playlistUrl = '';
  const takenMs = await timed(async () => {
    const body = { channelId: test.system.channelId, from, to: from + CLIP.lengthMs };
    playlistUrl = Clip.parse(await ask(test, 'POST', '/v1/clips', body)).urls.hls;
    await play(playlistUrl);
  });
  return { takenMs, playlistUrl };
}

/** As a player does: the multivariant playlist, a media playlist, its first segment. */
async function play(url: string): Promise<void> {
  const media = new URL(firstUri(await text(url)), url).href;
  const answer = await fetch(new URL(firstUri(await text(media)), media));
  if (!answer.ok) throw new Error(`a segment was answered with ${answer.status}`);
  await answer.arrayBuffer();
}

function firstUri(playlist: string): string {
  return playlist.split('\n').find((line) => line !== '' && !line.startsWith('#')) ?? '';
}

async function text(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`a playlist was answered with ${answer.status}`);
  return await answer.text();
}

async function ask(test: TestSystem, method: string, path: string, body: unknown): Promise<unknown> {
  const { controlUrl, adminToken } = test.system;
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const answer = await fetch(controlUrl + path, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`the control API answered ${answer.status}: ${await answer.text()}`);
  return await answer.json();
}

async function untilAnswered(url: string): Promise<void> {
  const untilMs = Date.now() + READY_MS_MAX;
  while (!(await fetch(url)).ok) {
    if (Date.now() > untilMs) throw new Error('the recording did not come');
    await wait(LOOK_EVERY_MS);
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}

function row(name: string, timesMs: readonly number[], format: (ms: number) => string): string[] {
  return [name, ...[0.5, 0.95, 1].map((q) => format(quantile(timesMs, q))), String(timesMs.length)];
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { controlClient } from '@sluice/functions/client';
import { type BarePages, type BarePlayer, serveBarePages } from '../src/browser/bare-page.ts';
import { KillListener } from '../src/kills/kill-witness.ts';
import { FfmpegPush } from '../src/publish/ffmpeg-push.ts';
import type { System } from '../src/system.ts';
import { TestSystem } from '../src/test-system.ts';
import { printLine } from './table.ts';

const CHANNEL = 'tour';
const SOON_MS_MAX = 60_000;
const LOOK_EVERY_MS = 200;
/** A player shows so many pictures before it counts as playing. */
const PICTURES = 20;

/**
 * `tour`: what a team does with the control API and nothing else, step by step: a channel, a key, a push by ffmpeg, viewers, a
 * clip, a new key while it is live, a recording, its file, and everything deleted. 1 when a step is not what it should be.
 */
export async function run(): Promise<number> {
  await using owned = new AsyncDisposableStack();
  const test = owned.use(await TestSystem.start());
  const bare = owned.adopt(await serveBarePages(), (pages) => pages.close());
  const hooks = owned.adopt(await KillListener.start(), (listener) => listener.close());
  const tour = new Tour(test, bare);
  try {
    await tour.go(hooks);
    printLine('  All steps were as they should be.');
    return 0;
  } catch (error) {
    printLine(`  NOT SO: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

/** What an operator hands to a team: where the API is, and a token that may do what the team does. */
async function teamToken({ controlUrl, adminToken }: System) {
  const operator = controlClient(controlUrl, adminToken);
  const made = operator['api-tokens'].$post({
    json: {
      name: 'the tour',
      scopes: [
        ...(['channels:read', 'channels:write', 'stream-keys:read', 'stream-keys:write', 'broadcasts:read'] as const),
        ...(['broadcasts:write', 'recordings:read', 'recordings:write', 'clips:read', 'clips:write'] as const),
        ...(['webhooks:read', 'webhooks:write', 'usage:read', 'audit:read'] as const),
      ],
    },
  });
  return (await (await good(made, 201)).json()).apiToken;
}

const seconds = (timeS: number) => new Promise((resolve) => setTimeout(resolve, timeS * 1_000));

class Tour {
  readonly #test: TestSystem;
  readonly #bare: BarePages;

  constructor(test: TestSystem, bare: BarePages) {
    this.#test = test;
    this.#bare = bare;
  }

  async go(hooks: KillListener): Promise<void> {
    const { system } = this.#test;
    const api = controlClient(system.controlUrl, await teamToken(system));
    const channel = { param: { channelId: CHANNEL } };

    await good(api.channels.$post({ json: { channelId: CHANNEL, isRecorded: true, reconnectWindowMs: 3_000 } }), 201);
    await good(api['webhook-endpoints'].$post({ json: { url: hooks.url } }), 201);
    const key = await (
      await good(api.channels[':channelId']['stream-keys'].$post({ ...channel, json: {} }), 201)
    ).json();
    step('a channel, a webhook endpoint and a stream key are made', `${CHANNEL}, key ${key.keyId}`);

    const first = new FfmpegPush(`${system.rtmpUrl}/${key.streamKey}`);
    const live = await until('somebody is live', async () => {
      const listed = await good(api.broadcasts.$get({ query: {} }), 200);
      return (await listed.json()).broadcasts[0];
    });
    step('ffmpeg pushes, and the broadcast is live', `${live.broadcastId}, ${live.renditions.length} renditions`);

    await this.#plays('hls', `${system.edgeUrl}/live/${CHANNEL}`);
    step('Chromium watches it', `${PICTURES} pictures`);

    const at = Date.now();
    const clip = await until('a clip can be cut', async () => {
      const answer = await api.clips.$post({ json: { channelId: CHANNEL, from: at - 2_000, to: at } });
      return answer.status === 201 ? await answer.json() : undefined;
    });
    await this.#plays('hls', clip.urls.hls.replace('/index.m3u8', ''));
    step('a clip is cut while it is live, and plays', `${((clip.toMs - clip.fromMs) / 1_000).toFixed(1)} s`);

    // Who watched in the last seconds of a broadcast is not in its figures.
    await seconds(8);
    const one = { param: { channelId: CHANNEL, keyId: key.keyId } };
    const rotatedAtMs = Date.now();
    const rotating = await good(api.channels[':channelId']['stream-keys'][':keyId'].rotate.$post(one), 200);
    const rotated = await rotating.json();
    const cut = await first.ended;
    step(
      'the key is rotated, and whoever publishes with the old one is cut',
      `after ${((cut.atMs - rotatedAtMs) / 1_000).toFixed(1)} s`,
    );
    const refused = await new FfmpegPush(`${system.rtmpUrl}/${key.streamKey}`).ended;
    if (refused.code === 0) throw new Error('the old key was let in again');
    step('the old key is refused', `ffmpeg ended with ${refused.code}`);

    const second = new FfmpegPush(`${system.rtmpUrl}/${rotated.streamKey}`);
    await seconds(8);
    await second.stop();
    const ended = await until('all has ended', async () => {
      const listed = await good(api.channels[':channelId'].broadcasts.$get({ ...channel, query: {} }), 200);
      const { broadcasts } = await listed.json();
      return broadcasts.every(({ recording }) => recording !== null) ? broadcasts : undefined;
    });
    step('the publisher stops, and what was live is a recording', `${ended.length} of them`);

    const audience = ended.find(({ broadcastId }) => broadcastId === live.broadcastId)?.totals;
    if (audience?.views !== 1) throw new Error(`${audience?.views} views were counted, and one page watched`);
    step('its audience is told', `${audience.views} view, ${(audience.viewerMs / 1_000).toFixed(1)} s watched`);

    for (const { broadcastId } of ended) {
      const recorded = { param: { broadcastId } };
      const recording = await (await good(api.recordings[':broadcastId'].$get(recorded), 200)).json();
      await this.#plays('hls', recording.urls.hls.replace('/index.m3u8', ''), 1);
      await this.#plays('shaka-dash', recording.urls.hls.replace('/index.m3u8', ''));
      step(
        'the recording plays in Chromium, HLS with a seek and DASH',
        `${(recording.durationMs / 1_000).toFixed(1)} s`,
      );
      const exported = await good(api.recordings[':broadcastId'].export.$post({ ...recorded, json: {} }), 201);
      const link = await exported.json();
      step('it is downloaded as one MP4 file', await this.#probed(link.url, broadcastId));
    }

    step('webhooks came, in order', hooks.firstOf(live.broadcastId).join(', '));
    const usage = await (await good(api.usage.$get({ query: {} }), 200)).json();
    step('usage is told', `${usage.streamMinutes.toFixed(2)} minutes, about $${usage.estimatedBill.total.toFixed(4)}`);

    const before = await objects(system);
    const gone = await api.channels[':channelId'].$delete({ ...channel, header: {} });
    if (!gone.ok) throw new Error(`the deletion was answered with ${gone.status}`);
    await until('the channel is gone', async () =>
      (await api.channels[':channelId'].$get(channel)).status === 404 ? true : undefined,
    );
    const left = await objects(system);
    if (left.length > 0) throw new Error(`the bucket still has ${left.length} objects: ${left.slice(0, 5).join(', ')}`);
    step('the channel is deleted, and the bucket is empty', `${before.length} objects were in it`);
    const { records } = await (await good(api.audit.$get({ query: {} }), 200)).json();
    step('the audit has each change', `${records.length} records`);
  }

  /** Throws when no pictures come; with `seekS` also from there on. */
  async #plays(player: BarePlayer, url: string, seekS?: number): Promise<void> {
    const watched = await this.#test.newPage();
    await watched.page.goto(this.#bare.url(player, url));
    await watched.probe.until('pictures', ({ frames }) => frames.length >= PICTURES, SOON_MS_MAX);
    if (seekS !== undefined) {
      await watched.page.evaluate(`document.querySelector('video').currentTime = ${seekS}`);
      const isThere = (mediaTimeS: number) => mediaTimeS >= seekS;
      await watched.probe.forget();
      await watched.probe.until(
        'pictures',
        ({ frames }) => frames.filter((it) => isThere(it.mediaTimeS)).length >= PICTURES,
        SOON_MS_MAX,
      );
    }
    if (watched.requests.failed.length > 0) throw new Error(`requests failed: ${watched.requests.failed.join(', ')}`);
    await watched.close();
  }

  async #probed(url: string, broadcastId: string): Promise<string> {
    const path = join(this.#test.dataDirectory, `${broadcastId}.mp4`);
    const answer = await fetch(url);
    if (!answer.ok || answer.body === null) throw new Error(`the download was answered with ${answer.status}`);
    await pipeline(Readable.fromWeb(answer.body), createWriteStream(path));
    const words = [
      '-v',
      'error',
      '-show_entries',
      'stream=codec_name,nb_frames:format=duration',
      '-of',
      'csv=p=0',
      path,
    ];
    const { code, said, printed } = await program('ffprobe', words);
    if (code !== 0 || said !== '') throw new Error(`ffprobe says: ${said}`);
    return `${((await stat(path)).size / 1e6).toFixed(1)} MB; ffprobe: ${printed.trim().split('\n').join(' ')}`;
  }
}

function step(what: string, shown: string): void {
  printLine(`  ${what}: ${shown}`);
}

/** What was answered, if it is as it was hoped. */
async function good<A extends Response, S extends A['status']>(asked: Promise<A>, status: S) {
  const answer = await asked;
  if (!hasStatus(answer, status)) throw new Error(`an answer was ${answer.status}: ${await answer.text()}`);
  return answer;
}

function hasStatus<A extends { readonly status: number }, S extends number>(
  answer: A,
  status: S,
): answer is Extract<A, { status: S }> {
  return answer.status === status;
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const untilMs = Date.now() + SOON_MS_MAX;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > untilMs) throw new Error(`it did not come to it that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function objects({ bucket }: System): Promise<string[]> {
  const { name: Bucket, endpoint, accessKeyId, secretAccessKey } = bucket;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ region: 'auto', endpoint, forcePathStyle: true, credentials });
  const answer = await client.send(new ListObjectsV2Command({ Bucket }));
  client.destroy();
  return (answer.Contents ?? []).map(({ Key = '' }) => Key);
}

async function program(name: string, words: readonly string[]) {
  const child = spawn(name, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, printed] = ['', ''];
  child.stderr.on('data', (text) => {
    said += String(text);
  });
  child.stdout.on('data', (text) => {
    printed += String(text);
  });
  const [code] = await once(child, 'close');
  return { code: Number(code), said, printed };
}

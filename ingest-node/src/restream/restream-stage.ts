import type { ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { ChannelId, type RestreamStatus, RestreamTargetId } from '@sluice/contracts';
import { expect } from 'vitest';
import { SourceFeed } from '../broadcast/source-feed.ts';
import type { SourceConfig, SourceEvent, SourcePacket } from '../media/source.ts';
import { Metrics } from '../operations/metrics.ts';
import type { PlayGateLimits } from '../rtmp/play-gate.ts';
import { Changes } from '../server/changes-fixture.ts';
import { ffmpegPublishes } from '../server/ffmpeg-process-fixture.ts';
import { ServerFixture } from '../server/rtmp-server-fixture.ts';
import { HOST, keepingLogger } from '../server/seeing-node-fixture.ts';
import { interleave, makeAudio, makeVideo, shifted } from '../transcode/fixtures/made-source.ts';
import type { PusherLimits } from './pusher.ts';
import { Restreamer } from './restreamer.ts';

/** For tests: the pushes of one broadcast, whose publisher sends a second of picture and sound again and again. */

export const TARGET = RestreamTargetId.parse('target0000000001');
export const OTHER_TARGET = RestreamTargetId.parse('target0000000002');
export const KEY = 'THE-SECRET-KEY';
/** Processes start in it, on a machine that is busy. */
export const TEST_MS = 60_000;
const TICK_MS = 20;
const SECOND_US = 1_000_000;

export interface RestreamStageOptions {
  readonly arePrivateTargetsAllowed?: boolean;
  readonly authorities?: string;
  readonly spawn?: () => ChildProcess;
  readonly pusherLimits?: Partial<PusherLimits>;
  readonly queueLimits?: Partial<PlayGateLimits>;
  readonly source?: MadeSource;
}

export interface MadeSource {
  readonly configs: readonly SourceConfig[];
  /** A second, which begins with a keyframe. */
  readonly packets: readonly SourcePacket[];
}

let made: Promise<MadeSource> | undefined;

/** H.264 and AAC. Made once. */
export function madeSource(): Promise<MadeSource> {
  made ??= (async () => {
    const video = await makeVideo({ widthPx: 320, heightPx: 180, frameCount: 30 });
    const audio = await makeAudio({ durationS: 1 });
    return { configs: [video.config, audio.config], packets: interleave(video, audio) };
  })();
  return made;
}

export class RestreamStage implements AsyncDisposable {
  readonly feed: SourceFeed;
  readonly metrics = new Metrics();
  readonly restreamer: Restreamer;
  readonly told: RestreamStatus[] = [];
  readonly logLines: string[];
  readonly #changes = new Changes();
  readonly #source: MadeSource;
  #timer: NodeJS.Timeout | undefined;
  #version = 0;

  static async open(options: RestreamStageOptions = {}): Promise<RestreamStage> {
    return new RestreamStage(options.source ?? (await madeSource()), options);
  }

  private constructor(source: MadeSource, options: RestreamStageOptions) {
    this.#source = source;
    const { logger, lines } = keepingLogger();
    this.logLines = lines;
    this.feed = new SourceFeed({
      onFault: (error) => {
        throw error;
      },
    });
    const { arePrivateTargetsAllowed = true, authorities, spawn, pusherLimits, queueLimits } = options;
    this.restreamer = new Restreamer({
      channelId: ChannelId.parse('demo'),
      feed: this.feed,
      access: { arePrivateTargetsAllowed, ...(authorities !== undefined && { authorities }) },
      metrics: this.metrics,
      logger,
      tell: (status) => {
        this.told.push(status);
        this.#changes.happened();
      },
      statusGapMs: 0,
      random: () => 0,
      ...(spawn && { spawn }),
      ...(pusherLimits && { pusherLimits }),
      ...(queueLimits && { queueLimits }),
    });
  }

  /** The targets from now on. */
  target(
    ...targets: readonly {
      readonly url: string;
      readonly streamKey?: string;
      readonly id?: RestreamTargetId | undefined;
    }[]
  ): void {
    this.#version += 1;
    const list = targets.map(({ id = TARGET, ...rest }) => ({ targetId: id, ...rest }));
    this.restreamer.update({ version: this.#version, targets: list });
  }

  /** The publisher sends, in real time, from this time of its own on. */
  publish(fromUs = 0): void {
    this.feed.restart();
    for (const config of this.#source.configs) this.feed.push(config);
    const beganMs = performance.now();
    let sentUs = 0;
    let second: SourcePacket[] = [];
    let seconds = 0;
    this.#timer = setInterval(() => {
      const dueUs = (performance.now() - beganMs) * 1_000;
      while (sentUs <= dueUs) {
        if (second.length === 0) {
          second = shifted(this.#source.packets, seconds * SECOND_US + fromUs);
          seconds += 1;
        }
        const packet = second.shift();
        if (packet === undefined) return;
        this.feed.push(packet);
        sentUs = (second[0]?.dtsUs ?? seconds * SECOND_US + fromUs) - fromUs;
      }
    }, TICK_MS);
  }

  /** It is gone; it may come back. */
  leave(): void {
    clearInterval(this.#timer);
  }

  push(event: SourceEvent): void {
    this.feed.push(event);
  }

  /** The newest status of a target that is such, from now on or the last one. */
  async until(isSo: (status: RestreamStatus) => boolean, id = TARGET): Promise<RestreamStatus> {
    const newest = () => this.told.findLast(({ targetId }) => targetId === id);
    let found: RestreamStatus | undefined;
    await this.#changes.until(() => {
      const status = newest();
      if (status === undefined || !isSo(status)) return false;
      found = status;
      return true;
    });
    if (found === undefined) throw new Error('no status');
    return found;
  }

  untilState(state: RestreamStatus['state'], id = TARGET): Promise<RestreamStatus> {
    return this.until((status) => status.state === state, id);
  }

  /** The broadcast ends. */
  async end(): Promise<void> {
    this.leave();
    this.feed.end();
    await this.restreamer.close(false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.leave();
    await this.restreamer.close(true);
  }
}

/** A port that was free a moment ago. */
export async function freePort(protocol: 'tcp' | 'udp'): Promise<number> {
  if (protocol === 'udp') {
    const socket = createSocket('udp4');
    socket.bind(0, HOST);
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    return port;
  }
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A target of its own kind. */
export function targetUrl({ server }: ServerFixture, scheme = 'rtmp'): string {
  return `${scheme}://127.0.0.1:${server.port}/live`;
}

/** What FFmpeg's own RTMP client sends in a second. */
export async function published(...words: readonly string[]): Promise<MadeSource> {
  await using server = await ServerFixture.start();
  await ffmpegPublishes(server.url('key'), ...words);
  const { events } = await server.publisher();
  const configs = events.filter((event): event is SourceConfig => 'codec' in event);
  const packets = events.filter((event): event is SourcePacket => 'payload' in event);
  return { configs, packets };
}

/** What was told and logged names neither key nor address. */
export function expectNoSecrets(stage: RestreamStage, ...more: readonly string[]): void {
  const all = [...stage.logLines, ...stage.told.map((status) => JSON.stringify(status))].join('\n');
  for (const secret of [KEY, '127.0.0.1', ...more]) expect(all).not.toContain(secret);
}

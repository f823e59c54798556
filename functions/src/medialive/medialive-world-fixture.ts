import { ChannelId } from '@sluice/contracts';
import { expect } from 'vitest';
import { z } from 'zod';
import type { MediaBucket } from '../media/media-bucket.ts';
import { TestApp } from '../test-app.ts';
import { MediaLiveEndpoint, mediaLiveAt } from './medialive-endpoint-fixture.ts';

export const DEMO = ChannelId.parse('demo');
/** Of a channel that MediaLive encodes. */
export const SETTINGS = {
  transcoder: 'medialive',
  medialive: { input: { type: 'RTMP_PUSH', allowedCidrs: ['192.0.2.0/24'] }, frameRate: { num: 30, den: 1 } },
  ladder: [
    { heightPx: 1080, bitrateBps: 5_000_000 },
    { heightPx: 480, bitrateBps: 1_200_000 },
  ],
};
/** A whole life takes some dozen steps. */
const STEPS_MAX = 60;

/** For tests: a control API with a channel `demo`, and the MediaLive that it tells. */
export class MediaLiveWorld implements AsyncDisposable {
  readonly aws: MediaLiveEndpoint;
  readonly app: TestApp;

  private constructor(aws: MediaLiveEndpoint, app: TestApp) {
    this.aws = aws;
    this.app = app;
  }

  static async start(options: { readonly bucket?: MediaBucket } = {}): Promise<MediaLiveWorld> {
    const aws = await MediaLiveEndpoint.start();
    const world = new MediaLiveWorld(aws, await TestApp.start({ ...options, mediaLive: mediaLiveAt(aws) }));
    await world.makeChannel();
    return world;
  }

  async makeChannel(tenantId = 'default', change: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const channel = { channelId: DEMO, ...SETTINGS, ...change };
    const answer = await this.app.admin('POST', '/v1/channels', channel, { 'sluice-tenant': tenantId });
    expect(answer.status).toBe(201);
  }

  async deleteChannel(): Promise<void> {
    expect((await this.app.admin('DELETE', '/v1/channels/demo')).status).toBe(204);
  }

  /** What the channel's MediaLive is said to be; `what` is `/start` or `/stop`. */
  async ask(method: string, what = '', tenantId = 'default'): Promise<Record<string, unknown>> {
    const headers = { 'sluice-tenant': tenantId };
    const answer = await this.app.admin(method, `/v1/channels/demo/medialive${what}`, undefined, headers);
    expect(answer.status).toBe(method === 'GET' ? 200 : 202);
    return z.looseObject({}).parse(await answer.json());
  }

  /** Moves the clock to what is due next, and does it: a job that is due again at once is done in the same round. */
  async round(): Promise<void> {
    this.app.nowMs = Math.max(this.app.nowMs, (await this.app.control.queue.nextAtMs()) ?? 0);
    await this.app.control.runner.runDue();
  }

  async rounds(count: number): Promise<void> {
    for (let done = 0; done < count; done += 1) await this.round();
  }

  /** Rounds until it has come to this. */
  async until(state: string, tenantId = 'default'): Promise<void> {
    for (let steps = 0; steps < STEPS_MAX; steps += 1) {
      if ((await this.ask('GET', '', tenantId)).state === state) return;
      await this.round();
    }
    throw new Error(`never ${state}: ${JSON.stringify(await this.ask('GET', '', tenantId))}`);
  }

  /** The sweeper's next round. */
  async sweep(): Promise<void> {
    this.app.nowMs += 16 * 60_000;
    await this.app.control.runner.runDue();
  }

  /** Of the channel that AWS was last asked to make: what it publishes with. */
  get streamKey(): string {
    const made = this.aws.requests.filter(({ call }) => call === 'POST /prod/channels').at(-1);
    return /cmaf\/([a-z2-9]{32})\/medialive/.exec(JSON.stringify(made?.body))?.[1] ?? 'none';
  }

  /** The status of an answer to a publisher that comes with this key. */
  async authorize(streamKey: string): Promise<number> {
    const asked = { streamKey, protocol: 'cmaf', clientAddress: '192.0.2.7', nodeId: 'node-1' };
    return (await this.app.node('/v1/ingest/authorize', asked)).status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.app[Symbol.dispose]();
    await this.aws[Symbol.asyncDispose]();
  }
}

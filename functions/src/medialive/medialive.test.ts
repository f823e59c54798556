import { readFileSync } from 'node:fs';
import { ChannelId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalOf, TestApp } from '../test-app.ts';
import { MediaLiveEndpoint, mediaLiveAt } from './medialive-endpoint-fixture.ts';

const DEMO = ChannelId.parse('demo');
const SETTINGS = {
  transcoder: 'medialive',
  medialive: { input: { type: 'RTMP_PUSH', allowedCidrs: ['192.0.2.0/24'] }, frameRate: { num: 30, den: 1 } },
  ladder: [
    { heightPx: 1080, bitrateBps: 5_000_000 },
    { heightPx: 480, bitrateBps: 1_200_000 },
  ],
};
/** A whole life takes some dozen steps. */
const STEPS_MAX = 60;

let aws: MediaLiveEndpoint;
let app: TestApp;
beforeEach(async () => {
  aws = await MediaLiveEndpoint.start();
  app = await startApp();
  expect((await app.admin('POST', '/v1/channels', { channelId: DEMO, ...SETTINGS })).status).toBe(201);
});
afterEach(async () => {
  app[Symbol.dispose]();
  await aws[Symbol.asyncDispose]();
});

function startApp(directory?: string): Promise<TestApp> {
  return TestApp.start({ directory, mediaLive: mediaLiveAt(aws) });
}

async function ask(method: string, what = ''): Promise<Record<string, unknown>> {
  const answer = await app.admin(method, `/v1/channels/demo/medialive${what}`);
  expect(answer.status).toBe(method === 'GET' ? 200 : 202);
  return z.looseObject({}).parse(await answer.json());
}

/** Does what is due, and moves the clock to what is due next, until it has come to this. */
async function until(state: string): Promise<void> {
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    if ((await ask('GET')).state === state) return;
    const nextAtMs = await app.control.queue.nextAtMs();
    app.nowMs = Math.max(app.nowMs, nextAtMs ?? 0);
    // One round: a job that is due again at once is done in the same.
    await app.control.runner.runDue();
  }
  throw new Error(`never ${state}: ${JSON.stringify(await ask('GET'))}`);
}

async function wholeLife(): Promise<void> {
  await ask('POST', '/start');
  await until('running');
  await ask('POST', '/stop');
  await until('absent');
}

describe('a channel that MediaLive encodes', () => {
  it('is made, started, stopped and removed, a call after the other', async () => {
    expect(await ask('POST', '/start')).toMatchObject({ state: 'absent', isWanted: true, pushUrls: [] });
    await until('running');
    expect(aws.there).toEqual(['inputSecurityGroups IDLE', 'inputs DETACHED', 'channels RUNNING']);
    expect(await ask('GET')).toMatchObject({ isWanted: true, pushUrls: ['rtmp://192.0.2.1:1935/demo/x'] });
    // MediaLive's stream key is kept no longer than it takes to tell it.
    expect((await app.control.mediaLives.get(DEMO))?.value.streamKey).toBeUndefined();
    await ask('POST', '/stop');
    await until('absent');
    expect(aws.there).toEqual([]);
    const made = aws.requests.map(({ call }) => call).filter((call) => !call.startsWith('GET'));
    expect(made).toEqual([
      'POST /prod/inputSecurityGroups',
      'POST /prod/inputs',
      'POST /prod/channels',
      'POST /prod/channels/ID/start',
      'POST /prod/channels/ID/stop',
      'DELETE /prod/channels/ID',
      'DELETE /prod/inputs/ID',
      'DELETE /prod/inputSecurityGroups/ID',
    ]);
    expect(await ask('GET')).toMatchObject({ isWanted: false, pushUrls: [] });
  });

  it('is asked for exactly so', async () => {
    await ask('POST', '/start');
    await until('running');
    const bodies = aws.requests.filter(({ call, body }) => call.startsWith('POST') && body !== undefined);
    const text = JSON.stringify(bodies, null, 2)
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'GENERATION')
      .replaceAll(/cmaf\/[a-z2-9]{32}/g, 'cmaf/STREAM-KEY');
    expect(JSON.parse(text)).toEqual(
      JSON.parse(readFileSync(new URL('./fixtures/requests.json', import.meta.url), 'utf8')),
    );
  });

  it('publishes with a stream key of its own, which goes with it and is never shown', async () => {
    await ask('POST', '/start');
    await until('running');
    const created = JSON.stringify(aws.requests.find(({ call }) => call === 'POST /prod/channels')?.body);
    const streamKey = /cmaf\/([a-z2-9]{32})\/medialive/.exec(created)?.[1];
    const authorize = { streamKey, protocol: 'cmaf', clientAddress: '192.0.2.7', nodeId: 'node-1' };
    expect((await app.node('/v1/ingest/authorize', authorize)).status).toBe(200);
    expect(JSON.stringify(await ask('GET'))).not.toContain(streamKey);
    expect(app.logLines.join()).not.toContain(streamKey);
    await ask('POST', '/stop');
    await until('absent');
    expect((await app.node('/v1/ingest/authorize', authorize)).status).toBe(403);
  });

  it('asked for twice is one, and another one the next time', async () => {
    await ask('POST', '/start');
    await ask('POST', '/start');
    await until('running');
    expect(aws.things).toHaveLength(3);
    await ask('POST', '/stop');
    await until('absent');
    await ask('POST', '/start');
    await until('running');
    expect(aws.there).toHaveLength(3);
    expect(new Set(aws.things.map(({ tags }) => tags['sluice:generation'])).size).toBe(2);
  });

  it('that is not wanted any more while it is made goes as well', async () => {
    await ask('POST', '/start');
    await until('creating');
    await ask('POST', '/stop');
    await until('absent');
    expect(aws.there).toEqual([]);
  });

  it('that is not wanted any more while it starts is stopped when AWS lets it be', async () => {
    await ask('POST', '/start');
    await until('starting');
    await ask('POST', '/stop');
    await until('absent');
    expect(aws.there).toEqual([]);
    expect(aws.count('POST /prod/channels/ID/stop')).toBeGreaterThan(0);
  });

  it('that somebody else stopped is started again, and one that is gone is made anew', async () => {
    await ask('POST', '/start');
    await until('running');
    const channel = aws.things.find(({ kind }) => kind === 'channels');
    if (channel === undefined) throw new Error('no channel');
    channel.state = 'IDLE';
    await until('starting');
    await until('running');
    channel.state = 'DELETED';
    await until('deleting');
    await until('running');
    expect(aws.there).toEqual(['inputSecurityGroups IDLE', 'inputs DETACHED', 'channels RUNNING']);
  });

  it('goes with its channel', async () => {
    await ask('POST', '/start');
    await until('running');
    expect((await app.admin('DELETE', '/v1/channels/demo')).status).toBe(204);
    for (let steps = 0; aws.there.length > 0 && steps < STEPS_MAX; steps += 1) {
      app.nowMs = Math.max(app.nowMs, (await app.control.queue.nextAtMs()) ?? 0);
      await app.control.runner.runDue();
    }
    expect(aws.there).toEqual([]);
  });
});

describe('a call whose answer is lost', () => {
  // As many as there are calls in a whole life.
  it.each(Array.from({ length: 24 }, (_, number) => number))(
    'call %i: nothing is made twice, and nothing is left',
    async (number) => {
      aws.loses = number;
      await wholeLife();
      expect(aws.requests.length).toBeGreaterThan(number);
      expect(aws.there).toEqual([]);
      for (const kind of ['channels', 'inputs', 'inputSecurityGroups']) {
        expect(aws.things.filter((thing) => thing.kind === kind)).toHaveLength(1);
      }
    },
  );
});

describe('a call that was made before and is a conflict now', () => {
  it.each(Array.from({ length: 10 }, (_, number) => number))('call %i: what it made is found', async (number) => {
    aws.loses = number;
    aws.repeats = 'conflict';
    await wholeLife();
    expect(aws.things).toHaveLength(3);
    expect(aws.there).toEqual([]);
  });
});

describe('what AWS refuses', () => {
  it.each([
    ['POST /prod/inputSecurityGroups', 429, 'TooManyRequestsException'],
    ['POST /prod/inputs', 409, 'ConflictException'],
    ['POST /prod/channels', 429, 'TooManyRequestsException'],
    ['POST /prod/channels/ID/start', 409, 'ConflictException'],
    ['GET /prod/channels/ID', 502, 'BadGatewayException'],
    ['GET /prod/inputs', 500, 'InternalServerErrorException'],
    ['DELETE /prod/inputs/ID', 409, 'ConflictException'],
    ['DELETE /prod/channels/ID', 504, 'GatewayTimeoutException'],
  ])('%s with %i %s is asked again', async (call, status, type) => {
    aws.refusals.set(call, { status, type });
    await wholeLife();
    expect(aws.refusals.size).toBe(0);
    expect(aws.things).toHaveLength(3);
    expect(aws.there).toEqual([]);
    expect(await ask('GET')).toMatchObject({ lastWord: { code: type } });
  });

  it('for good has failed, says why, and is tried anew when it is asked for again', async () => {
    aws.refusals.set('POST /prod/channels', { status: 422, type: 'UnprocessableEntityException' });
    await ask('POST', '/start');
    await until('failed');
    expect(await ask('GET')).toMatchObject({ isWanted: true, lastWord: { code: 'UnprocessableEntityException' } });
    await ask('POST', '/start');
    await until('running');
    expect(aws.there).toHaveLength(3);
  });

  it('for good is removed when it is not wanted any more', async () => {
    aws.refusals.set('POST /prod/channels/ID/start', { status: 403, type: 'ForbiddenException' });
    await ask('POST', '/start');
    await until('failed');
    await ask('POST', '/stop');
    await until('absent');
    expect(aws.there).toEqual([]);
  });

  it('includes a channel that could not be made', async () => {
    await ask('POST', '/start');
    await until('creating');
    while (!aws.things.some(({ kind }) => kind === 'channels')) {
      app.nowMs = (await app.control.queue.nextAtMs()) ?? app.nowMs;
      await app.control.runner.runDue();
    }
    const channel = aws.things.find(({ kind }) => kind === 'channels');
    if (channel !== undefined) channel.state = 'CREATE_FAILED';
    await until('failed');
    expect(await ask('GET')).toMatchObject({ lastWord: { code: 'CREATE_FAILED' } });
  });
});

describe('the sweeper', () => {
  async function sweep(): Promise<void> {
    app.nowMs += 16 * 60_000;
    await app.control.runner.runDue();
  }

  it('removes what has our tag and nobody knows of, in the order in which one holds the other', async () => {
    const tags = { 'sluice:deployment': 'test', 'sluice:channel': 'gone' };
    const group = aws.add('inputSecurityGroups', 'IDLE', tags);
    const input = aws.add('inputs', 'DETACHED', tags, [group.id]);
    aws.add('channels', 'RUNNING', tags, [input.id]);
    for (let round = 0; round < 8 && aws.there.length > 0; round += 1) {
      await sweep();
      // What AWS does by itself, it does whether it is asked or not.
      for (const thing of aws.things) if (thing.state === 'STOPPING') thing.state = 'IDLE';
      for (const thing of aws.things) if (thing.state === 'DELETING') thing.state = 'DELETED';
    }
    expect(aws.there).toEqual([]);
  });

  it('leaves what is in use, and what is not ours', async () => {
    await ask('POST', '/start');
    await until('running');
    aws.add('channels', 'IDLE', {});
    aws.add('channels', 'IDLE', { 'sluice:deployment': 'other', 'sluice:channel': 'demo' });
    await sweep();
    expect(aws.there).toEqual([
      'inputSecurityGroups IDLE',
      'inputs DETACHED',
      'channels RUNNING',
      'channels IDLE',
      'channels IDLE',
    ]);
  });

  it('removes a second one of a channel that has one', async () => {
    await ask('POST', '/start');
    await until('running');
    aws.add('channels', 'IDLE', { 'sluice:deployment': 'test', 'sluice:channel': 'demo' });
    await sweep();
    expect(aws.there.filter((thing) => thing === 'channels DELETING')).toHaveLength(1);
    expect(await ask('GET')).toMatchObject({ state: 'running' });
  });

  it('goes on in one round, however many processes have begun it', async () => {
    for (let count = 0; count < 3; count += 1) {
      using _other = await startApp(app.directory);
    }
    await sweep();
    expect(aws.count('GET /prod/channels')).toBe(1);
  });
});

describe('a channel that cannot be encoded by MediaLive', () => {
  it.each([
    ['is not set to', { transcoder: 'sluice' }],
    ['has no settings for it', { medialive: null }],
    ['goes by its source', { ladder: 'auto' }],
    ['has two rungs of one height', { ladder: [SETTINGS.ladder[0], SETTINGS.ladder[0]] }],
  ])('is told so: it %s', async (_why, change) => {
    expect((await app.admin('PATCH', '/v1/channels/demo', change)).status).toBe(200);
    expect(await refusalOf(await app.admin('POST', '/v1/channels/demo/medialive/start'))).toEqual([
      409,
      'medialive-not-chosen',
    ]);
    expect(aws.requests).toEqual([]);
  });

  it('is told so where there is no MediaLive at all', async () => {
    using other = await TestApp.start();
    await other.admin('POST', '/v1/channels', { channelId: 'plain', ...SETTINGS });
    expect(await refusalOf(await other.admin('POST', '/v1/channels/plain/medialive/start'))).toEqual([
      409,
      'medialive-unavailable',
    ]);
  });

  it.each([
    [{ input: { type: 'RTMP_PUSH', allowedCidrs: [] }, frameRate: { num: 30, den: 1 } }],
    [{ input: { type: 'RTMP_PUSH', allowedCidrs: ['everybody'] }, frameRate: { num: 30, den: 1 } }],
    [{ input: { type: 'SRT_LISTENER', allowedCidrs: ['192.0.2.0/24'] }, frameRate: { num: 30, den: 1 } }],
    [{ input: { type: 'URL_PULL' }, frameRate: { num: 30, den: 1 } }],
  ])('has settings that are refused: %j', async (medialive) => {
    expect((await app.admin('PATCH', '/v1/channels/demo', { medialive })).status).toBe(400);
  });
});

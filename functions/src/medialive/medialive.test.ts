import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf, TestApp } from '../test-app.ts';
import type { MediaLiveEndpoint } from './medialive-endpoint-fixture.ts';
import { DEMO, MediaLiveWorld, SETTINGS } from './medialive-world-fixture.ts';

let world: MediaLiveWorld;
let aws: MediaLiveEndpoint;
let app: TestApp;
const ask = (method: string, what?: string) => world.ask(method, what);
const until = (state: string) => world.until(state);
beforeEach(async () => {
  world = await MediaLiveWorld.start();
  ({ aws, app } = world);
});
afterEach(() => world[Symbol.asyncDispose]());

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
    const { streamKey } = world;
    expect(await world.authorize(streamKey)).toBe(200);
    expect(JSON.stringify(await ask('GET'))).not.toContain(streamKey);
    expect(app.logLines.join()).not.toContain(streamKey);
    await ask('POST', '/stop');
    await until('absent');
    expect(await world.authorize(streamKey)).toBe(403);
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
    await world.rounds(30);
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
    while (!aws.things.some(({ kind }) => kind === 'channels')) await world.round();
    const channel = aws.things.find(({ kind }) => kind === 'channels');
    if (channel !== undefined) channel.state = 'CREATE_FAILED';
    await until('failed');
    expect(await ask('GET')).toMatchObject({ lastWord: { code: 'CREATE_FAILED' } });
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

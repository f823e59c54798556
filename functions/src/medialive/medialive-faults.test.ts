import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MediaLiveEndpoint } from './medialive-endpoint-fixture.ts';
import { DEMO, MediaLiveWorld } from './medialive-world-fixture.ts';

let world: MediaLiveWorld;
let aws: MediaLiveEndpoint;
beforeEach(async () => {
  world = await MediaLiveWorld.start();
  ({ aws } = world);
});
afterEach(() => world[Symbol.asyncDispose]());

describe('a fault that passes', () => {
  it.each([
    [429, 'ThrottlingException'],
    [400, 'ThrottlingException'],
    [429, 'OfSomeNewName'],
    [403, 'ExpiredTokenException'],
    [403, 'RequestExpired'],
    [408, 'RequestTimeoutException'],
    [503, 'ServiceUnavailableException'],
  ])('is waited for, whatever AWS calls it: %i %s', async (status, type) => {
    aws.refusals.set('POST /prod/channels', { status, type });
    await world.ask('POST', '/start');
    await world.until('running');
    expect(await world.ask('GET')).toMatchObject({ lastWord: { code: type } });
    expect(aws.things).toHaveLength(3);
  });

  it.each([
    [403, 'ForbiddenException'],
    [403, 'ExpiredTokenException'],
    [400, 'BadRequestException'],
  ])('includes a question that is refused: nothing is given up for it (%i %s)', async (status, type) => {
    await world.ask('POST', '/start');
    for (const state of ['creating', 'starting', 'running']) {
      await world.until(state);
      aws.refusals.set('GET /prod/channels/ID', { status, type });
    }
    await world.rounds(5);
    expect(aws.refusals.size).toBe(0);
    expect(await world.ask('GET')).toMatchObject({ state: 'running', lastWord: { code: type } });
    await world.ask('POST', '/stop');
    await world.until('absent');
    expect(aws.there).toEqual([]);
  });

  it('is no end of a removal either', async () => {
    await world.ask('POST', '/start');
    await world.until('running');
    await world.ask('POST', '/stop');
    for (const call of ['POST /prod/channels/ID/stop', 'DELETE /prod/channels/ID', 'GET /prod/inputs/ID']) {
      aws.refusals.set(call, { status: 403, type: 'ForbiddenException' });
    }
    await world.until('absent');
    expect(aws.refusals.size).toBe(0);
    expect(aws.there).toEqual([]);
  });
});

describe('what AWS says', () => {
  it('is told without the stream key that it quotes, and without the name of the stream that is pushed', async () => {
    aws.refusals.set('POST /prod/channels', {
      status: 422,
      type: 'UnprocessableEntityException',
      says: (body) => ({
        message: `Not valid: ${/"url":"([^"]*)"/.exec(JSON.stringify(body))?.[1]} of ${generation()}`,
      }),
    });
    await world.ask('POST', '/start');
    await world.until('failed');
    const { lastWord } = await world.ask('GET');
    expect(lastWord).toMatchObject({ sentence: 'Not valid: https://ingest.example/cmaf/…/medialive of …' });
    expect(world.streamKey).toHaveLength(32);
    for (const secret of [world.streamKey, generation()]) expect(world.app.logLines.join()).not.toContain(secret);
  });

  it('is told without the stream key also when nobody here knows it any more', async () => {
    aws.refusals.set('POST /prod/channels/ID/start', {
      status: 403,
      type: 'ForbiddenException',
      says: () => ({ message: `No way to https://ingest.example/cmaf/${world.streamKey}` }),
    });
    await world.ask('POST', '/start');
    await world.until('failed');
    expect((await world.app.control.mediaLives.get(DEMO))?.value.streamKey).toBeUndefined();
    expect(await world.ask('GET')).toMatchObject({
      lastWord: { sentence: 'No way to https://ingest.example/cmaf/…' },
    });
    expect(world.app.logLines.join()).not.toContain(world.streamKey);
  });

  it('is told with what it found wrong, and where', async () => {
    const errorMessage = 'must be less than 5000000';
    aws.refusals.set('POST /prod/channels', {
      status: 422,
      type: 'UnprocessableEntityException',
      says: () => ({
        message: 'The following errors occurred.',
        validationErrors: [
          { elementPath: 'encoderSettings.videoDescriptions[0].codecSettings.h264Settings.bitrate', errorMessage },
          { elementPath: 'destinations[0].settings[0].url', errorMessage: `cmaf/${world.streamKey} is no address` },
        ],
      }),
    });
    await world.ask('POST', '/start');
    await world.until('failed');
    expect(await world.ask('GET')).toMatchObject({
      lastWord: {
        sentence:
          'The following errors occurred. encoderSettings.videoDescriptions[0].codecSettings.h264Settings.bitrate: must be less than 5000000; destinations[0].settings[0].url: cmaf/… is no address',
      },
    });
  });

  it('is cut, and no secret begins where it is cut', async () => {
    aws.refusals.set('POST /prod/channels', {
      status: 422,
      type: 'UnprocessableEntityException',
      says: () => ({ message: `${'long '.repeat(57)}cmaf/${world.streamKey}` }),
    });
    await world.ask('POST', '/start');
    await world.until('failed');
    const { lastWord } = await world.ask('GET');
    expect(lastWord).toMatchObject({ sentence: expect.stringMatching(/^(long ){57}cmaf\/…$/) });
  });

  function generation(): string {
    return aws.things.find(({ kind }) => kind === 'inputs')?.tags['sluice:generation'] ?? 'none';
  }
});

it('a fault of our own is not told as one of AWS, and is tried again', async () => {
  const key = { partition: 'channel#demo', sort: 'channel' };
  await world.ask('POST', '/start');
  const kept = await world.app.table.get(key);
  await world.app.table.put({ ...key, body: { of: 'nobody' } });
  await world.rounds(3);
  await world.app.table.put({ ...key, body: kept?.body });
  await world.until('running');
  expect((await world.ask('GET')).lastWord).toBeUndefined();
  expect(world.app.logLines.join()).toContain('a job failed');
});

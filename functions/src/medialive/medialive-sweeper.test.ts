import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestApp } from '../test-app.ts';
import { type MediaLiveEndpoint, mediaLiveAt } from './medialive-endpoint-fixture.ts';
import { MediaLiveWorld } from './medialive-world-fixture.ts';

let world: MediaLiveWorld;
let aws: MediaLiveEndpoint;
let app: TestApp;
beforeEach(async () => {
  world = await MediaLiveWorld.start();
  ({ aws, app } = world);
});
afterEach(() => world[Symbol.asyncDispose]());

describe('the sweeper', () => {
  it('removes what has our tag and nobody knows of, in the order in which one holds the other', async () => {
    const tags = { 'sluice:deployment': 'test', 'sluice:channel': 'gone' };
    const group = aws.add('inputSecurityGroups', 'IDLE', tags);
    const input = aws.add('inputs', 'DETACHED', tags, [group.id]);
    aws.add('channels', 'RUNNING', tags, [input.id]);
    for (let round = 0; round < 8 && aws.there.length > 0; round += 1) {
      await world.sweep();
      // What AWS does by itself, it does whether it is asked or not.
      for (const thing of aws.things) if (thing.state === 'STOPPING') thing.state = 'IDLE';
      for (const thing of aws.things) if (thing.state === 'DELETING') thing.state = 'DELETED';
    }
    expect(aws.there).toEqual([]);
  });

  it('leaves what is in use, and what is not ours', async () => {
    await world.ask('POST', '/start');
    await world.until('running');
    aws.add('channels', 'IDLE', {});
    aws.add('channels', 'IDLE', { 'sluice:deployment': 'other', 'sluice:channel': 'demo' });
    await world.sweep();
    expect(aws.there).toEqual([
      'inputSecurityGroups IDLE',
      'inputs DETACHED',
      'channels RUNNING',
      'channels IDLE',
      'channels IDLE',
    ]);
  });

  it('removes a second one of a channel that has one', async () => {
    await world.ask('POST', '/start');
    await world.until('running');
    aws.add('channels', 'IDLE', { 'sluice:deployment': 'test', 'sluice:channel': 'demo' });
    await world.sweep();
    expect(aws.there.filter((thing) => thing === 'channels DELETING')).toHaveLength(1);
    expect(await world.ask('GET')).toMatchObject({ state: 'running' });
  });

  it('goes on in one round, however many processes have begun it', async () => {
    for (let count = 0; count < 3; count += 1) {
      using _other = await TestApp.start({ directory: app.directory, mediaLive: mediaLiveAt(aws) });
    }
    await world.sweep();
    expect(aws.count('GET /prod/channels')).toBe(1);
  });

  it('leaves what a record that cannot be read may know of, and goes on', async () => {
    const tags = { 'sluice:deployment': 'test', 'sluice:channel': 'broken' };
    await app.table.put({ partition: 'medialive#broken', sort: 'medialive', body: { state: 'of a newer version' } });
    const doubtful = aws.add('channels', 'IDLE', tags);
    const orphan = aws.add('channels', 'RUNNING', { ...tags, 'sluice:channel': 'gone' });
    await world.sweep();
    await world.sweep();
    expect([doubtful.state, orphan.state]).toEqual(['IDLE', 'STOPPING']);
    expect(aws.count('GET /prod/channels')).toBe(2);
    expect(app.logLines.join()).toContain('a record of MediaLive cannot be read');
  });

  it('leaves what names no channel: we did not make it', async () => {
    aws.add('channels', 'IDLE', { 'sluice:deployment': 'test' });
    aws.add('channels', 'IDLE', { 'sluice:deployment': 'test', 'sluice:channel': 'No Name' });
    await world.sweep();
    expect(aws.there).toEqual(['channels IDLE', 'channels IDLE']);
  });

  it('does not log the name of a stream that is pushed', async () => {
    const generation = '5b0c1f2e-4a3d-4c5b-9e8f-7a6b5c4d3e2f';
    aws.add('inputs', 'DETACHED', {
      'sluice:deployment': 'test',
      'sluice:channel': 'gone',
      'sluice:generation': generation,
    });
    await world.sweep();
    expect(aws.there).toEqual(['inputs DELETING']);
    expect(app.logLines.join()).not.toContain(generation);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TestApp } from '../test-app.ts';
import { EdgeStory } from './broadcast-fixture.ts';

const [OLDER, NEWER] = ['0mxyz0000o1234567890abcd', '0mxzz0000o1234567890abcd'] as const;
const List = z.object({
  channels: z.array(z.looseObject({ channelId: z.string(), lastBroadcast: z.unknown() })),
  next: z.string().nullable(),
});

let app: TestApp;
beforeEach(async () => {
  app = await TestApp.start();
  for (const channelId of ['one', 'two', 'three']) await app.admin('POST', '/v1/channels', { channelId });
});
afterEach(() => app[Symbol.dispose]());

async function tell(channelId: string, ...events: object[]): Promise<void> {
  expect((await app.fromEdge({ channelId, events })).status).toBe(200);
}

async function last(query = ''): Promise<unknown[]> {
  const { channels } = List.parse(await (await app.admin('GET', `/v1/channels${query}`)).json());
  return channels.map(({ channelId, lastBroadcast }) => [channelId, lastBroadcast]);
}

describe('a list of channels', () => {
  it('says of each when it was live last, once it has ended', async () => {
    const story = new EdgeStory(app.nowMs, OLDER);
    await tell('two', story.started());
    expect(await last()).toEqual([
      ['one', null],
      ['three', null],
      ['two', null],
    ]);
    await tell('two', story.ended(60_000));
    const ended = { broadcastId: OLDER, startedAtMs: app.nowMs, endedAtMs: app.nowMs + 60_000 };
    expect(await last()).toEqual([
      ['one', null],
      ['three', null],
      ['two', ended],
    ]);
    expect(await last('?limit=1')).toEqual([['one', null]]);
    expect(await last('?limit=1&after=three')).toEqual([['two', ended]]);
  });

  it('keeps to the newest one, whatever is told late', async () => {
    const [older, newer] = [new EdgeStory(app.nowMs, OLDER), new EdgeStory(app.nowMs + 100_000, NEWER)];
    await tell('one', older.started(), newer.started(), newer.ended(5_000));
    await tell('one', { ...older.ended(60_000), sequence: app.nowMs + 200_000 });
    const [first] = await last();
    expect(first).toMatchObject(['one', { broadcastId: NEWER, endedAtMs: app.nowMs + 105_000 }]);
  });

  it('knows nothing of a channel that had the name before', async () => {
    const story = new EdgeStory(app.nowMs, OLDER);
    await tell('one', story.started(), story.ended(60_000));
    await app.admin('DELETE', '/v1/channels/one');
    await app.control.runner.runDue();
    await app.admin('POST', '/v1/channels', { channelId: 'one' });
    expect((await last())[0]).toEqual(['one', null]);
  });
});

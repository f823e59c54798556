import { ChannelId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BROADCAST_ID, EdgeStory } from '../../broadcasts/broadcast-fixture.ts';
import { TestCli } from '../cli-fixture.ts';
import { minuteText } from '../text/quantities.ts';

let cli: TestCli;
let story: EdgeStory;
beforeEach(async () => {
  cli = await TestCli.start();
  story = new EdgeStory(cli.app.nowMs);
});
afterEach(() => cli[Symbol.asyncDispose]());

const tell = (channelId: string, ...events: object[]) => cli.app.fromEdge({ channelId, events });
const stringsOf = (json: unknown) => z.record(z.string(), z.unknown()).parse(json);

describe('what was live', () => {
  beforeEach(async () => {
    await cli.done('channels', 'create', 'studio', '--recorded');
    await tell(
      'studio',
      story.started(),
      story.audience(60_000, 40, 1_800_000),
      story.ended(3_600_000),
      story.recorded(3_600_000),
    );
    cli.app.nowMs += 3_700_000;
  });

  it('is listed, with its recording', async () => {
    expect(await cli.done('broadcasts', 'studio')).toBe(
      [
        'BROADCAST                 STARTED           LASTED  PEAK  VIEWS  WATCHED  STATE',
        `${BROADCAST_ID}  ${minuteText(cli.app.nowMs - 3_700_000)}  1 h       40     40    0.5 h  recorded, publisher stopped`,
        '',
      ].join('\n'),
    );
    expect(await cli.done('recordings', 'list')).toMatch(
      new RegExp(`^${BROADCAST_ID}  studio   .* 1 h    3 MB  until deleted$`, 'm'),
    );
    expect(await cli.done('recordings', 'show', BROADCAST_ID)).toContain(`/vod/${BROADCAST_ID}/index.m3u8\n`);
  });

  it('is kept for a while, until a date, or for ever', async () => {
    const kept = async (...words: string[]) => stringsOf(await cli.json('recordings', 'keep', BROADCAST_ID, ...words));
    expect(await kept('--for', '90d')).toMatchObject({ expiresAtMs: cli.app.nowMs + 90 * 86_400_000 });
    expect(await kept('--until', '2027-11-01T00:00:00Z')).toMatchObject({ expiresAtMs: Date.UTC(2027, 10, 1) });
    expect(await kept()).toMatchObject({ expiresAtMs: null });
    expect(await cli.refusal('recordings', 'keep', BROADCAST_ID, '--until', '-1d')).toEqual([
      2,
      expect.stringMatching(/is over/),
    ]);
  });

  it('is deleted', async () => {
    expect(await cli.done('recordings', 'delete', BROADCAST_ID, '--yes')).toBe(
      `Recording ${BROADCAST_ID} is deleted.\n`,
    );
    expect((await cli.refusal('recordings', 'show', BROADCAST_ID))[1]).toMatch(/^sluice: There is no such recording\./);
  });

  it('is on the bill of its month', async () => {
    const text = await cli.done('usage');
    expect(text).toMatch(/^2026-11-01 to 2026-11-01 01:01 \(UTC\)\n/);
    expect(text).toMatch(/^studio +60 +30 .*\$\d+\.\d\d$/m);
    expect(text).toMatch(/^all /m);
    expect(await cli.json('usage', '--month', '2026-10')).toMatchObject({ channels: [], toMs: Date.UTC(2026, 10, 1) });
    expect(await cli.refusal('usage', '--month', '2026-12')).toEqual([2, expect.stringMatching(/has not begun/)]);
    expect(await cli.refusal('usage', '--month', '2026-13')).toEqual([2, expect.stringMatching(/--month is a month/)]);
  });
});

describe('sluice kick', () => {
  it('sends the publisher of a channel away', async () => {
    await cli.done('channels', 'create', 'studio');
    expect(await cli.done('kick', 'studio')).toMatch(/^Whoever publishes to studio is sent away/);
    expect((await cli.app.channels.get(ChannelId.parse('studio')))?.value.kickedAtMs).toBe(cli.app.nowMs);
    expect((await cli.refusal('kick', 'other'))[0]).toBe(1);
  });
});

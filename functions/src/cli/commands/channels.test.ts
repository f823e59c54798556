import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EdgeStory } from '../../broadcasts/broadcast-fixture.ts';
import { TestCli } from '../cli-fixture.ts';
import { timeText } from '../text/quantities.ts';

let cli: TestCli;
beforeEach(async () => {
  cli = await TestCli.start();
});
afterEach(() => cli[Symbol.asyncDispose]());

describe('sluice channels', () => {
  it('makes, lists, changes and deletes them', async () => {
    expect(await cli.done('channels', 'list')).toMatch(/^There is no channel yet\./);
    expect(await cli.done('channels', 'create', 'studio', '--recorded', '--keep', '30d')).toMatch(/^Made\.\n/);
    await cli.done('channels', 'create', 'hall', '--profile', 'ultra');
    const story = new EdgeStory(cli.app.nowMs);
    await cli.app.fromEdge({ channelId: 'hall', events: [story.started(), story.ended(60_000)] });
    const until = timeText(cli.app.nowMs + 60_000).slice(0, 16);
    const day = timeText(cli.app.nowMs).slice(0, 10);
    expect(await cli.done('channels', 'list')).toBe(
      [
        'CHANNEL  PROFILE  SEEK BACK  SETTINGS  LIVE UNTIL        MADE',
        `hall     ultra    5 min                ${until}  ${day}`,
        `studio   low      5 min      recorded                    ${day}`,
        '',
      ].join('\n'),
    );
    const settings = ['--private', '--no-recorded', '--dvr', '2h', '--ladder', '720:2800k,360:800k'];
    await cli.done('channels', 'set', 'studio', ...settings, '--keep', 'forever', '--ingest-max', '20M', '--on-demand');
    await cli.done('channels', 'set', 'studio', '--embed-sites', 'Example.com, *.example.com');
    expect(await cli.json('channels', 'show', 'studio')).toMatchObject({
      isPrivate: true,
      isRecorded: false,
      dvrWindowS: 7_200,
      ladder: [
        { heightPx: 720, bitrateBps: 2_800_000 },
        { heightPx: 360, bitrateBps: 800_000 },
      ],
      recordingRetentionDays: null,
      ingestBitrateBpsMax: 20_000_000,
      onDemand: true,
      embedSites: ['example.com', '*.example.com'],
      profile: 'low',
    });
    expect(await cli.done('channels', 'show', 'studio')).toMatch(/^seek back +2 h$/m);
    expect(await cli.done('channels', 'show', 'studio')).toMatch(/^embedded by +example\.com, \*\.example\.com$/m);
    expect(await cli.done('channels', 'set', 'studio', '--embed-sites', 'none')).toMatch(/^embedded by +no site$/m);
    expect(await cli.done('channels', 'set', 'studio', '--embed-sites', 'any')).toMatch(/^embedded by +any site$/m);
    expect(await cli.done('channels', 'delete', 'studio', '--yes')).toBe('Channel studio is deleted.\n');
    expect(await cli.refusal('channels', 'show', 'studio')).toEqual([
      1,
      'sluice: There is no such channel.\nsluice channels list shows those that there are.\n',
    ]);
  });

  it('says what the API says to a setting that cannot be', async () => {
    await cli.done('channels', 'create', 'studio');
    const [exitCode, err] = await cli.refusal('channels', 'set', 'studio', '--dvr', '1s');
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/dvrWindowS/)]);
    expect(await cli.refusal('channels', 'set', 'studio', '--profile', 'fast')).toEqual([
      2,
      expect.stringMatching(
        /^sluice: --profile is one of ultra, low, economy, standard\.\nUsage: sluice channels set CHANNEL \[options\]\n/,
      ),
    ]);
    expect((await cli.refusal('channels', 'set', 'studio'))[0]).toBe(2);
    expect((await cli.refusal('channels', 'set', 'studio', '--keep', '12h'))[1]).toMatch(/--keep is/);
    expect((await cli.refusal('channels', 'set', 'studio', '--embed-sites', 'https://a.example/x'))[1]).toMatch(
      /--embed-sites .*a site is a name such as example\.com/,
    );
    expect((await cli.refusal('channels', 'set', 'studio', '--ladder', '720'))[1]).toMatch(
      /--ladder is auto, or heights/,
    );
  });

  it('has a passphrase out of a file, and never shows it', async () => {
    const files = { 'srt.txt': 'correct horse battery\n', 'short.txt': 'secret' };
    await cli.done('channels', 'create', 'studio');
    const set = ['channels', 'set', 'studio', '--srt-passphrase-file'];
    const { out, exitCode } = await cli.run([...set, 'srt.txt'], { files });
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/^SRT encrypted +yes$/m)]);
    expect(out).not.toContain('horse');
    const refused = await cli.run([...set, 'short.txt'], { files });
    expect([refused.exitCode, refused.err]).toEqual([2, expect.not.stringContaining('secret')]);
    expect((await cli.run([...set, 'none'], { files })).out).toMatch(/^SRT encrypted +no$/m);
  });

  it('lists more than a page, and says when there are more than were asked for', async () => {
    for (let count = 0; count < 105; count += 1)
      await cli.app.admin('POST', '/v1/channels', { channelId: `c${count}` });
    expect((await cli.done('channels', 'list', '--limit', '200')).trimEnd().split('\n')).toHaveLength(106);
    expect(await cli.done('channels', 'list', '--limit', '3')).toMatch(
      /\nThere are more than these 3: --limit shows them\.\n$/,
    );
    expect(await cli.json('channels', 'list', '--limit', '105')).toMatchObject({ hasMore: false });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BROADCAST_ID, EdgeStory } from '../broadcasts/broadcast-fixture.ts';
import { ADMIN_TOKEN } from '../test-app.ts';
import { runWith, TestCli } from './cli-fixture.ts';
import { minuteText, timeText } from './text/quantities.ts';

let cli: TestCli;
let story: EdgeStory;
beforeEach(async () => {
  cli = await TestCli.start();
  story = new EdgeStory(cli.app.nowMs);
});
afterEach(() => cli[Symbol.asyncDispose]());

/** What a command prints, and that it was done. */
async function done(...words: string[]): Promise<string> {
  const { exitCode, out, err } = await cli.run(words);
  expect([exitCode, err]).toEqual([0, '']);
  return out;
}

async function refusal(...words: string[]): Promise<[exitCode: number, err: string]> {
  const { exitCode, out, err } = await cli.run(words);
  expect(out).toBe('');
  return [exitCode, err];
}

const tell = (channelId: string, ...events: object[]) => cli.app.fromEdge({ channelId, events });
const stringsOf = (json: unknown) => z.record(z.string(), z.unknown()).parse(json);

describe('sluice channels', () => {
  it('makes, lists, changes and deletes them', async () => {
    expect(await done('channels', 'list')).toMatch(/^There is no channel yet\./);
    expect(await done('channels', 'create', 'studio', '--recorded', '--keep', '30d')).toMatch(/^Made\.\n/);
    await done('channels', 'create', 'hall', '--profile', 'ultra');
    const day = timeText(cli.app.nowMs).slice(0, 10);
    expect(await done('channels', 'list')).toBe(
      [
        'CHANNEL  PROFILE  SEEK BACK  SETTINGS  MADE',
        `hall     ultra    5 min                ${day}`,
        `studio   low      5 min      recorded  ${day}`,
        '',
      ].join('\n'),
    );
    const settings = ['--private', '--no-recorded', '--dvr', '2h', '--ladder', '720:2800k,360:800k'];
    await done('channels', 'set', 'studio', ...settings, '--keep', 'forever', '--ingest-max', '20M', '--on-demand');
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
      profile: 'low',
    });
    expect(await done('channels', 'show', 'studio')).toMatch(/^seek back +2 h$/m);
    expect(await done('channels', 'delete', 'studio', '--yes')).toBe('Channel studio is deleted.\n');
    expect(await refusal('channels', 'show', 'studio')).toEqual([
      1,
      'sluice: There is no such channel.\nsluice channels list shows those that there are.\n',
    ]);
  });

  it('says what the API says to a setting that cannot be', async () => {
    await done('channels', 'create', 'studio');
    const [exitCode, err] = await refusal('channels', 'set', 'studio', '--dvr', '1s');
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/dvrWindowS/)]);
    expect(await refusal('channels', 'set', 'studio', '--profile', 'fast')).toEqual([
      2,
      expect.stringMatching(
        /^sluice: --profile is one of ultra, low, economy, standard\.\nUsage: sluice channels set CHANNEL \[options\]\n/,
      ),
    ]);
    expect((await refusal('channels', 'set', 'studio'))[0]).toBe(2);
    expect((await refusal('channels', 'set', 'studio', '--keep', '12h'))[1]).toMatch(/--keep is/);
    expect((await refusal('channels', 'set', 'studio', '--ladder', '720'))[1]).toMatch(/--ladder is auto, or heights/);
  });

  it('has a passphrase out of a file, and never shows it', async () => {
    const files = { 'srt.txt': 'correct horse battery\n', 'short.txt': 'secret' };
    await done('channels', 'create', 'studio');
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
    expect((await done('channels', 'list', '--limit', '200')).trimEnd().split('\n')).toHaveLength(106);
    expect(await done('channels', 'list', '--limit', '3')).toMatch(
      /\nThere are more than these 3: --limit shows them\.\n$/,
    );
    expect(await cli.json('channels', 'list', '--limit', '105')).toMatchObject({ hasMore: false });
  });
});

describe('what cannot be undone', () => {
  beforeEach(() => done('channels', 'create', 'studio'));

  it('is done where its name is typed', async () => {
    const { exitCode, err, out } = await cli.run(['channels', 'delete', 'studio'], { typed: 'studio' });
    expect([exitCode, out]).toEqual([0, 'Channel studio is deleted.\n']);
    expect(err).toMatch(/^Channel studio goes, with its stream keys, .*\nType studio to go on: $/);
  });

  it('is not done where something else is', async () => {
    const { exitCode, err } = await cli.run(['channels', 'delete', 'studio'], { typed: 'y' });
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/sluice: Nothing was done\.\n$/)]);
    await done('channels', 'show', 'studio');
  });

  it('needs --yes where nobody can be asked', async () => {
    const [exitCode, err] = await refusal('channels', 'delete', 'studio');
    expect([exitCode, err]).toEqual([2, expect.stringMatching(/Nobody can be asked here: say --yes if it is meant\./)]);
    await done('channels', 'show', 'studio');
  });
});

describe('sluice keys', () => {
  it('makes, rotates, disables and deletes them, and shows a key once', async () => {
    await done('channels', 'create', 'studio');
    const Made = z.object({ keyId: z.string(), streamKey: z.string() });
    const made = Made.parse(await cli.json('keys', 'create', 'studio', '--label', 'camera 1', '--role', 'backup'));
    const list = await done('keys', 'list', 'studio');
    expect(list).toMatch(new RegExp(`^${made.keyId}  camera 1  backup  good   `, 'm'));
    expect(list).not.toContain(made.streamKey);
    const rotated = Made.parse(await cli.json('keys', 'rotate', 'studio', made.keyId, '--yes'));
    expect(rotated.keyId).toBe(made.keyId);
    expect(rotated.streamKey).not.toBe(made.streamKey);
    expect(await done('keys', 'disable', 'studio', made.keyId)).toContain('is disabled');
    expect(await done('keys', 'list', 'studio')).toMatch(/ disabled /);
    expect(await done('keys', 'enable', 'studio', made.keyId)).toContain('is enabled');
    await done('keys', 'delete', 'studio', made.keyId, '--yes');
    expect(await done('keys', 'list', 'studio')).toBe(
      'studio has no stream key. sluice keys create studio makes one.\n',
    );
    expect(await done('keys', 'create', 'studio')).toMatch(/^stream key {2}[a-z0-9]{32}\n/);
  });
});

describe('sluice live', () => {
  beforeEach(() => done('channels', 'create', 'studio'));

  it('says who is live, how the source is, and what to do about it', async () => {
    expect(await done('live')).toBe('Nobody is live.\n');
    await tell('studio', story.started(), story.audience(60_000, 1_204, 60_000));
    const common = { channelId: 'studio', broadcastId: BROADCAST_ID, atMs: cli.app.nowMs + 60_000 };
    const figures = {
      ...common,
      kind: 'figures',
      eventId: 'figures-1',
      fps: 29.97,
      bitrateBps: 6_200_000,
      lossRatio: 0.021,
    };
    const sentence = 'Keyframes come every 8 s.';
    const warning = { ...common, kind: 'health-warning', eventId: 'warning-1', code: 'long-gop', sentence };
    expect((await cli.app.node('/v1/ingest/events', { nodeId: 'node-1', events: [figures, warning] })).status).toBe(
      200,
    );
    cli.app.nowMs += 65_000;
    expect(await done('live')).toBe(
      [
        'CHANNEL  LIVE FOR   VIEWERS  SOURCE                           RENDITIONS  WARNINGS',
        'studio   1 min 5 s    1,204  30 fps, 6.2 Mbit/s, loses 2.1 %  v720 a128          1',
        '',
        'long-gop on studio, 5 s ago',
        '  Keyframes come every 8 s.',
        '',
      ].join('\n'),
    );
    expect(await cli.json('live')).toMatchObject({ broadcasts: [{ channelId: 'studio', viewers: 1_204 }] });
  });

  it('says whose publisher is away', async () => {
    await tell('studio', story.started(), story.absent(5_000));
    cli.app.nowMs += 12_000;
    expect(await done('live')).toMatch(/ away 7 s /);
  });

  it('draws it again until the person has had enough, and leaves the terminal as it was', async () => {
    let drawn = 0;
    const wait = async () => {
      drawn += 1;
      if (drawn === 1) await tell('studio', story.started());
      return drawn < 3;
    };
    const { out, exitCode } = await cli.run(['live', '--watch'], { columns: 80, wait, env: { NO_COLOR: '1' } });
    expect([exitCode, drawn]).toEqual([0, 3]);
    const [first = '', second = '', third = ''] = out.split('\u001b[H').slice(1);
    expect(first).toContain('Nobody is live.');
    expect(second).toContain('studio');
    expect(third).toContain('studio');
    expect(out.startsWith('\u001b[?1049h')).toBe(true);
    expect(out).toContain('\u001b[?1049l');
  });

  it('goes on while the control API is away', async () => {
    await tell('studio', story.started());
    let asked = 0;
    const flaky: typeof fetch = (...request) => {
      asked += 1;
      return asked === 2 ? Promise.reject(new TypeError('fetch failed')) : fetch(...request);
    };
    let drawn = 0;
    const wait = async () => {
      drawn += 1;
      return drawn < 3;
    };
    const { out, exitCode } = await cli.run(['live', '--watch'], { fetch: flaky, wait });
    expect(exitCode).toBe(0);
    expect(out.match(/does not answer/g)).toHaveLength(1);
    expect(out.match(/^studio/gm)).toHaveLength(3);
  });

  it('gives programs a line each time', async () => {
    let drawn = 0;
    const wait = async () => {
      drawn += 1;
      return drawn < 2;
    };
    const { out } = await cli.run(['live', '--watch', '--json'], { wait });
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { broadcasts: [], hasMore: false },
      { broadcasts: [], hasMore: false },
    ]);
  });
});

describe('what was live', () => {
  beforeEach(async () => {
    await done('channels', 'create', 'studio', '--recorded');
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
    expect(await done('broadcasts', 'studio')).toBe(
      [
        'BROADCAST                 STARTED           LASTED  PEAK  WATCHED  STATE',
        `${BROADCAST_ID}  ${minuteText(cli.app.nowMs - 3_700_000)}  1 h       40    0.5 h  recorded, publisher stopped`,
        '',
      ].join('\n'),
    );
    expect(await done('recordings', 'list')).toMatch(
      new RegExp(`^${BROADCAST_ID}  studio   .* 1 h    3 MB  until deleted$`, 'm'),
    );
    expect(await done('recordings', 'show', BROADCAST_ID)).toContain(`/vod/${BROADCAST_ID}/index.m3u8\n`);
  });

  it('is kept for a while, until a date, or for ever', async () => {
    const kept = async (...words: string[]) => stringsOf(await cli.json('recordings', 'keep', BROADCAST_ID, ...words));
    expect(await kept('--for', '90d')).toMatchObject({ expiresAtMs: cli.app.nowMs + 90 * 86_400_000 });
    expect(await kept('--until', '2027-11-01T00:00:00Z')).toMatchObject({ expiresAtMs: Date.UTC(2027, 10, 1) });
    expect(await kept()).toMatchObject({ expiresAtMs: null });
    expect(await refusal('recordings', 'keep', BROADCAST_ID, '--until', '-1d')).toEqual([
      2,
      expect.stringMatching(/is over/),
    ]);
  });

  it('is deleted', async () => {
    expect(await done('recordings', 'delete', BROADCAST_ID, '--yes')).toBe(`Recording ${BROADCAST_ID} is deleted.\n`);
    expect((await refusal('recordings', 'show', BROADCAST_ID))[1]).toMatch(/^sluice: There is no such recording\./);
  });

  it('is on the bill of its month', async () => {
    const text = await done('usage');
    expect(text).toMatch(/^2026-11-01 to 2026-11-01 01:01 \(UTC\)\n/);
    expect(text).toMatch(/^studio +60 +30 .*\$\d+\.\d\d$/m);
    expect(text).toMatch(/^all /m);
    expect(await cli.json('usage', '--month', '2026-10')).toMatchObject({ channels: [], toMs: Date.UTC(2026, 10, 1) });
    expect(await refusal('usage', '--month', '2026-12')).toEqual([2, expect.stringMatching(/has not begun/)]);
    expect(await refusal('usage', '--month', '2026-13')).toEqual([2, expect.stringMatching(/--month is a month/)]);
  });
});

describe('sluice kick', () => {
  it('sends the publisher of a channel away', async () => {
    await done('channels', 'create', 'studio');
    expect(await done('kick', 'studio')).toMatch(/^Whoever publishes to studio is sent away/);
    expect((await cli.app.channels.get(z.any().parse('studio')))?.value.kickedAtMs).toBe(cli.app.nowMs);
    expect((await refusal('kick', 'other'))[0]).toBe(1);
  });
});

describe('sluice clips', () => {
  beforeEach(async () => {
    await done('channels', 'create', 'studio');
    const segments = [{ renditionId: 'v720', firstMsn: 3, lastMsn: 6 }];
    const times = { fromMs: cli.app.nowMs - 30_500, toMs: cli.app.nowMs };
    const body = { broadcastId: BROADCAST_ID, ...times, isPrivate: false, segments, sizeBytes: 18_900_000 };
    cli.app.edge.answers.set('PUT', { status: 200, body });
  });

  it('cuts, lists and deletes them', async () => {
    const made = stringsOf(await cli.json('clips', 'create', 'studio', '--from', '-30s', '--label', 'the first goal'));
    const clipId = String(made.clipId);
    expect(cli.app.edge.callsBy('PUT')[0]?.body).toEqual({ fromMs: cli.app.nowMs - 30_000, toMs: cli.app.nowMs });
    expect(await done('clips', 'list', 'studio')).toMatch(
      new RegExp(`^${clipId}  .*  31 s   18.9 MB  the first goal$`, 'm'),
    );
    expect(await done('clips', 'show', clipId)).toContain(`/clip/${clipId}/index.m3u8\n`);
    await done('clips', 'delete', clipId, '--yes');
    expect((await refusal('clips', 'show', clipId))[0]).toBe(1);
  });

  it('takes times as people say them', async () => {
    await done('clips', 'create', 'studio', '--from', '2026-10-31T23:59:30Z', '--to', '-5s');
    expect(cli.app.edge.callsBy('PUT')[0]?.body).toEqual({
      fromMs: cli.app.nowMs - 30_000,
      toMs: cli.app.nowMs - 5_000,
    });
    expect(await refusal('clips', 'create', 'studio')).toEqual([
      2,
      expect.stringMatching(/--from is missing: where it begins/),
    ]);
    expect((await refusal('clips', 'create', 'studio', '--from', 'then'))[1]).toMatch(/--from is a time: now, -30s/);
  });
});

describe('tokens', () => {
  it('for playback are made with their limits, and taken back', async () => {
    await done('channels', 'create', 'studio', '--private');
    const limits = [
      '--countries',
      'DE,FR',
      '--sites',
      'https://shop.example',
      '--height-max',
      '720',
      '--subject',
      'order-7',
    ];
    const text = await done('tokens', 'create', 'studio', '--lifetime', '2h', ...limits);
    expect(text).toMatch(/^token {7}eyJ/);
    expect(text).toContain('(in 2 h)');
    const payload = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString());
    expect(payload).toMatchObject({
      countries: ['DE', 'FR'],
      sites: ['https://shop.example'],
      heightPxMax: 720,
      sub: 'order-7',
    });
    expect(await done('tokens', 'revoke', 'studio', '--subject', 'order-7')).toMatch(/^Revoked\./);
    await done('tokens', 'revoke', 'studio', '--id', payload.jti);
    expect(await done('tokens', 'revoked', 'studio')).toContain('order-7');
    expect((await refusal('tokens', 'revoke', 'studio'))[0]).toBe(2);
    expect((await refusal('tokens', 'create', 'studio', '--countries', 'UK'))[1]).toMatch(
      /--countries is wrong: a country is/,
    );
  });

  it('for the API are made, listed and deleted, and open no more than they may', async () => {
    const made = stringsOf(
      await cli.json('api-tokens', 'create', 'the shop', '--scopes', 'channels:read', '--expires', '90d'),
    );
    expect(made).toMatchObject({
      name: 'the shop',
      scopes: ['channels:read'],
      expiresAtMs: cli.app.nowMs + 90 * 86_400_000,
    });
    const env = { SLUICE_TOKEN: String(made.apiToken) };
    expect((await cli.run(['channels', 'list'], { env })).exitCode).toBe(0);
    const { exitCode, err } = await cli.run(['channels', 'create', 'studio'], { env });
    expect([exitCode, err]).toEqual([
      1,
      expect.stringMatching(/scope channels:write.*\nsluice api-tokens create makes/),
    ]);
    const list = await done('api-tokens', 'list');
    expect(list).toMatch(new RegExp(`^${made.tokenId}  the shop  in 90 d  channels:read$`, 'm'));
    expect(list).not.toContain(env.SLUICE_TOKEN);
    await done('api-tokens', 'delete', String(made.tokenId), '--yes');
    expect((await cli.run(['channels', 'list'], { env })).exitCode).toBe(1);
    expect((await refusal('api-tokens', 'create', 'x', '--scopes', 'all,more'))[0]).toBe(2);
  });
});

describe('sluice webhooks', () => {
  it('makes an endpoint, tests it, and sends again what could not be told', async () => {
    const url = 'http://127.0.0.1:1/hook';
    const made = stringsOf(await cli.json('webhooks', 'create', url, '--events', 'broadcast.started'));
    const endpointId = String(made.endpointId);
    const list = await done('webhooks', 'list');
    expect(list).toMatch(new RegExp(`^${endpointId}  ${url}  broadcast.started  on`, 'm'));
    expect(list).not.toContain(String(made.secret));
    await done('webhooks', 'test', endpointId);
    await cli.app.control.runner.runDue();
    expect(await done('webhooks', 'deliveries', endpointId, '--state', 'pending')).toMatch(/^webhook\.test .* 1 /m);
    // Given up after a day.
    cli.app.nowMs += 25 * 3_600_000;
    await cli.app.control.runner.runDue();
    const dead = z
      .object({ deliveries: z.array(z.object({ deliveryId: z.string() })) })
      .parse(await cli.json('webhooks', 'deliveries', endpointId));
    await done('webhooks', 'resend', endpointId, dead.deliveries[0]?.deliveryId ?? '');
    expect(await done('webhooks', 'deliveries', endpointId)).toMatch(/^None is dead\./);
    await done('webhooks', 'delete', endpointId, '--yes');
    expect(await done('webhooks', 'list')).toMatch(/^Nobody is told/);
  });
});

describe('sluice audit', () => {
  it('says who changed what', async () => {
    await done('channels', 'create', 'studio', '--private');
    await done('channels', 'set', 'studio', '--no-private');
    const now = timeText(cli.app.nowMs);
    // Both are of the same millisecond, so either may be the first.
    const [titles, ...lines] = (await done('audit')).trimEnd().split('\n');
    expect([titles, ...lines.sort()]).toEqual([
      'WHEN                 WHO       WHAT                    FIELDS               ANSWER',
      `${now}  operator  PATCH /channels/studio  isPrivate               200`,
      `${now}  operator  POST /channels          channelId isPrivate     201`,
    ]);
  });
});

describe('where the control API is, and who asks', () => {
  const files = { '.sluice/admin-token': `${ADMIN_TOKEN}\n`, 'other/admin-token': 'wrong' };

  it('is the system on this machine, with the token of its data directory', async () => {
    const env = { SLUICE_TOKEN: '' };
    expect((await cli.run(['channels', 'list'], { env, files })).exitCode).toBe(0);
    expect((await cli.run(['channels', 'list', '--data', 'other'], { files })).exitCode).toBe(1);
    const { exitCode, err } = await cli.run(['channels', 'list'], { env });
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/admin-token is not there\.\nSet SLUICE_TOKEN/)]);
  });

  it('never sends the token of this machine elsewhere', async () => {
    const asked: string[] = [];
    const spy: typeof fetch = async (input) => {
      asked.push(String(input));
      return new Response('{}');
    };
    const words = ['channels', 'list', '--url', 'https://control.example'];
    for (const more of [[], ['--data', '.sluice']]) {
      const { exitCode, err } = await runWith([...words, ...more], { files, fetch: spy });
      expect([exitCode, err]).toEqual([
        1,
        'sluice: There is no token for control.example.\nSet SLUICE_TOKEN to an API token.\n',
      ]);
    }
    expect(asked).toEqual([]);
  });

  it('warns of a token that process lists show, once, and of one that is sent in the open', async () => {
    const { err, exitCode } = await cli.run(['channels', 'list', '--token', ADMIN_TOKEN]);
    expect([exitCode, err]).toEqual([
      0,
      'Warning: a token on the command line shows in process lists. SLUICE_TOKEN does not.\n',
    ]);
    const open = await runWith(['channels', 'list', '--url', 'http://control.example'], {
      env: { SLUICE_TOKEN: 'x' },
      fetch: async () => Response.json({ channels: [], next: null }),
    });
    expect(open.err).toMatch(/^Warning: control\.example is asked without TLS/);
  });

  it('is a tenant of the operator’s choice', async () => {
    await cli.app.admin('POST', '/v1/tenants', { tenantId: 'acme' });
    await done('channels', 'create', 'theirs', '--tenant', 'acme');
    expect(await done('channels', 'list')).toMatch(/^There is no channel/);
    expect((await cli.run(['channels', 'list'], { env: { SLUICE_TENANT: 'acme' } })).out).toContain('theirs');
  });

  it('is said where it is wrong, and no token with it', async () => {
    const wrong = await cli.run(['channels', 'list'], { env: { SLUICE_TOKEN: 'a-wrong-token' } });
    expect([wrong.exitCode, wrong.err]).toEqual([
      1,
      'sluice: The bearer token is missing or wrong.\nSet SLUICE_TOKEN to an API token of this deployment, or name its data directory with --data DIR.\n',
    ]);
    const nowhere = await cli.run(['live'], { env: { SLUICE_URL: 'http://127.0.0.1:1' } });
    expect([nowhere.exitCode, nowhere.err]).toEqual([
      1,
      expect.stringMatching(/^sluice: http:\/\/127\.0\.0\.1:1 does not answer: .*\.\nDoes the system run/),
    ]);
    const edge = await cli.run(['live'], { env: { SLUICE_URL: cli.app.edge.url } });
    expect([edge.exitCode, edge.err]).toEqual([
      1,
      expect.stringMatching(/It answered 200, and not as the control API does/),
    ]);
    const strange = await cli.run(['live'], { fetch: async () => Response.json({ version: 1 }) });
    expect([strange.exitCode, strange.err]).toEqual([
      1,
      expect.stringMatching(/of the same version as this program\?/),
    ]);
    const noUrl = await cli.run(['live', '--url', 'control.example']);
    expect([noUrl.exitCode, noUrl.err]).toEqual([2, expect.stringMatching(/--url \(or SLUICE_URL\) is an address/)]);
    const json = await cli.run(['channels', 'show', 'nobody', '--json']);
    expect(JSON.parse(json.err)).toMatchObject({ code: 'no-such-channel', message: 'There is no such channel.' });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BROADCAST_ID, EdgeStory } from '../../broadcasts/broadcast-fixture.ts';
import { TestCli } from '../cli-fixture.ts';

let cli: TestCli;
let story: EdgeStory;
beforeEach(async () => {
  cli = await TestCli.start();
  story = new EdgeStory(cli.app.nowMs);
});
afterEach(() => cli[Symbol.asyncDispose]());

const tell = (channelId: string, ...events: object[]) => cli.app.fromEdge({ channelId, events });

/** Three pictures, for the second of which nobody answers. */
function awayOnce() {
  let asked = 0;
  const flaky: typeof fetch = (...request) => {
    asked += 1;
    return asked === 2 ? Promise.reject(new TypeError('fetch failed')) : fetch(...request);
  };
  let drawn = 0;
  const between = async () => {
    drawn += 1;
    return drawn < 3;
  };
  return { fetch: flaky, between };
}

describe('sluice live', () => {
  beforeEach(() => cli.done('channels', 'create', 'studio'));

  it('says who is live, how the source is, and what to do about it', async () => {
    expect(await cli.done('live')).toBe('Nobody is live.\n');
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
    expect(await cli.done('live')).toBe(
      [
        'CHANNEL  LIVE FOR   VIEWERS  SOURCE                           RENDITIONS  WARNINGS',
        'studio   1 min 5 s    1,204  loses 2.1 %, 30 fps, 6.2 Mbit/s  v720 a128          1',
        '',
        'long-gop on studio, 5 s ago',
        '  Keyframes come every 8 s.',
        '',
      ].join('\n'),
    );
    expect(await cli.json('live')).toMatchObject({ broadcasts: [{ channelId: 'studio', viewers: 1_204 }] });
  });

  it('says first where the node has no room left to encode', async () => {
    await tell('studio', story.started());
    const common = { kind: 'figures', channelId: 'studio', broadcastId: BROADCAST_ID, fps: 60, bitrateBps: 6_200_000 };
    for (const [second, encodeSpeed, shown] of [
      [10, 3.4, /^studio .* {2}60 fps, 6\.2 Mbit\/s /m],
      [20, 0.93, /^studio .* {2}encoded at 0\.9x, 60 fps, 6\.2 Mbit\/s /m],
    ] as const) {
      const event = { ...common, eventId: `figures-${second}`, atMs: cli.app.nowMs + second * 1_000, encodeSpeed };
      await cli.app.node('/v1/ingest/events', { nodeId: 'node-1', events: [event] });
      expect(await cli.done('live')).toMatch(shown);
    }
  });

  it('says whose publisher is away', async () => {
    await tell('studio', story.started(), story.absent(5_000));
    cli.app.nowMs += 12_000;
    expect(await cli.done('live')).toMatch(/ away 7 s /);
  });

  it('draws it again until the person has had enough, and leaves the terminal as it was', async () => {
    let drawn = 0;
    const between = async () => {
      drawn += 1;
      if (drawn === 1) await tell('studio', story.started());
      return drawn < 3;
    };
    const { out, exitCode } = await cli.run(['live', '--watch'], { columns: 80, between, env: { NO_COLOR: '1' } });
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
    const { out, exitCode } = await cli.run(['live', '--watch'], awayOnce());
    expect(exitCode).toBe(0);
    expect(out.match(/does not answer/g)).toHaveLength(1);
    expect(out.match(/^studio/gm)).toHaveLength(3);
  });

  it('draws no more lines than the terminal has, and stops at once when it is told to', async () => {
    for (const channelId of ['c1', 'c2', 'c3', 'c4', 'c5', 'c6']) {
      await cli.done('channels', 'create', channelId);
      const id = `0mxyz0000o1234567890ab${channelId}`;
      await tell(channelId, new EdgeStory(cli.app.nowMs, id).started());
    }
    const { out } = await cli.run(['live', '--watch'], { columns: 100, rows: 6, env: { NO_COLOR: '1' } });
    const [drawn = ''] = out.split('\u001b[H')[1]?.split('\u001b[J') ?? [];
    const lines = drawn.split('\n').map((line) => line.replace('\u001b[K', ''));
    expect(lines.map((line) => line.split(' ', 1)[0])).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d$/),
      '',
      'CHANNEL',
      'c1',
      'c2',
      '…',
    ]);
  });

  it('has lines that fit in 80 columns, and cuts others: none goes on in the next one', async () => {
    const figures = { fps: 29.97, bitrateBps: 6_200_000, lossRatio: 0.021, atMs: cli.app.nowMs };
    const broadcast = {
      channelId: 'conference-stage-two',
      startedAtMs: cli.app.nowMs - 3_599_000,
      viewers: 12_345,
      absentSinceMs: null,
      health: figures,
      renditions: ['v1080', 'v720', 'v480', 'a128'].map((renditionId) => ({ renditionId })),
      warnings: [],
    };
    const { out } = await cli.run(['live', '--watch'], {
      columns: 80,
      rows: 12,
      env: { NO_COLOR: '1' },
      fetch: async () => Response.json({ broadcasts: Array.from({ length: 8 }, () => broadcast), next: null }),
    });
    expect(out.startsWith('\u001b[?1049h\u001b[?25l\u001b[?7l')).toBe(true);
    expect(out).toContain('\u001b[?7h\u001b[?25h\u001b[?1049l');
    const [drawn = ''] = out.split('\u001b[H')[1]?.split('\u001b[J') ?? [];
    const lines = drawn.split('\n').map((line) => line.replace('\u001b[K', ''));
    expect(lines).toHaveLength(11);
    expect(Math.max(...lines.map((line) => line.length))).toBe(80);
    expect(lines[3]).toMatch(/^conf\S*… +59 min 59 s +12,345 +loses 2\.1 %, .*… +v1080 .*… +none$/);
  });

  it('says that there are more where there are, and not where it does not know', async () => {
    await tell('studio', story.started());
    expect(await cli.done('live', '--limit', '1')).not.toContain('There are more');
    await cli.done('channels', 'create', 'studio-2');
    await tell('studio-2', new EdgeStory(cli.app.nowMs, '0mxyz0000o1234567890abcd').started());
    expect(await cli.done('live', '--limit', '1')).toContain('There are more than these 1');
    expect(await cli.json('live', '--limit', '1')).toMatchObject({ broadcasts: [{}], hasMore: true });
  });

  it('gives programs no line while the control API is away, and says so beside', async () => {
    const { out, err, exitCode } = await cli.run(['live', '--watch', '--json'], awayOnce());
    expect([exitCode, out.trimEnd().split('\n')]).toEqual([0, Array(2).fill('{"broadcasts":[],"hasMore":false}')]);
    expect(JSON.parse(err)).toEqual({
      code: 'unreachable',
      message: `${cli.url} does not answer: the connection failed.`,
    });
  });

  it('ends where what is wrong does not pass', async () => {
    let asked = 0;
    const changed: typeof fetch = async (...request) => {
      asked += 1;
      return asked === 1 ? fetch(...request) : Response.json({ version: 2 });
    };
    const { err, exitCode } = await cli.run(['live', '--watch'], { fetch: changed, between: async () => asked < 5 });
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/of the same version as this program\?/)]);
  });

  it('gives programs a line each time', async () => {
    let drawn = 0;
    const between = async () => {
      drawn += 1;
      return drawn < 2;
    };
    const { out } = await cli.run(['live', '--watch', '--json'], { between });
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { broadcasts: [], hasMore: false },
      { broadcasts: [], hasMore: false },
    ]);
  });
});

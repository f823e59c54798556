import { ChannelId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { controlClient } from '../../client.ts';
import { channelCheck, keysCheck, tokenCheck } from './api-checks.ts';
import { runChecks } from './check.ts';

const NOW = Date.UTC(2026, 10, 1, 12);
const CHANNEL = ChannelId.parse('demo');
const CONTROL_URL = 'https://control.example';
const EDGE_URL = 'https://live.example';
const problem = (status: number, code: string, detail: string) =>
  Response.json({ type: 'about:blank', title: detail.replace(/\.$/, ''), status, code, detail }, { status });

/** Answers by the end of the address; whatever it lacks is not there. */
function answering(routes: Readonly<Record<string, () => Response>>): typeof fetch {
  return async (input) => {
    const { pathname } = new URL(String(input));
    const found = Object.entries(routes).find(([end]) => pathname.endsWith(end));
    return found?.[1]() ?? problem(404, 'no-such-route', 'There is nothing here.');
  };
}

function probeOf(fetch: typeof globalThis.fetch) {
  const client = controlClient(CONTROL_URL, 'a-token', { fetch });
  return { fetch, nowMs: () => NOW, edgeUrl: EDGE_URL, client };
}

const checksOf = (fetch: typeof globalThis.fetch) => {
  const probe = probeOf(fetch);
  return [tokenCheck('it', probe.client), keysCheck('it', probe), channelCheck('it', CHANNEL, probe)];
};

async function seen(fetch: typeof globalThis.fetch, timeoutMs?: number): Promise<unknown[]> {
  const [report] = await runChecks(checksOf(fetch), timeoutMs);
  return (report?.findings ?? []).map(({ point, verdict, says }) => [point, verdict, says]);
}

const channels = () => Response.json({ channels: [{ channelId: CHANNEL }], next: null });
const live = () => Response.json({ channelId: CHANNEL, state: 'live', version: 'x', broadcast: null });

describe('a control API that makes no playback token', () => {
  it('fails where it cannot, in its own words', async () => {
    const broken = () => problem(500, 'internal', 'Internal error.');
    expect(await seen(answering({ '/channels': channels, '/playback-tokens': broken }))).toEqual([
      ['token', 'ok', 'is good'],
      ['keys', 'fail', 'Internal error.'],
      ['status', 'fail', 'Internal error.'],
    ]);
    expect(await seen(answering({ '/channels': broken }))).toEqual([
      ['token', 'fail', 'Internal error.'],
      ['keys', 'fail', 'Internal error.'],
      ['status', 'fail', 'There is nothing here.'],
    ]);
  });

  it('is fine where the token may not ask for one: less is looked at', async () => {
    const mayNot = () => problem(403, 'scope-missing', 'The token may not do this.');
    const isPrivate = () => Response.json({ channelId: CHANNEL, state: 'private', version: 'x', broadcast: null });
    const routes = { '/channels': channels, '/playback-tokens': mayNot, '/status.json': isPrivate };
    expect(await seen(answering(routes))).toEqual([
      ['token', 'ok', 'is good'],
      ['keys', 'warn', 'not looked at: the token may not make playback tokens'],
      ['status', 'warn', 'is private'],
    ]);
    expect((await seen(answering({ ...routes, '/channels': mayNot })))[1]).toEqual([
      'keys',
      'warn',
      'not looked at: the token may not read channels',
    ]);
  });
});

it('asks for nothing any more when its time is over', async () => {
  const signals: AbortSignal[] = [];
  const hanging: typeof fetch = (_, init) => {
    if (init?.signal) signals.push(init.signal);
    return new Promise(() => undefined);
  };
  const late = 'no answer came in time';
  expect(await seen(hanging, 20)).toEqual([
    ['token', 'fail', late],
    ['keys', 'fail', late],
    ['status', 'fail', late],
  ]);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
});

describe('the playlist of a channel that is live', () => {
  const ended = new Date(NOW - 3_604_000).toISOString();
  const media = `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-PROGRAM-DATE-TIME:${ended}\n#EXTINF:4.0,\n1.m4s\n`;
  const through = (headers: Record<string, string>) =>
    seen(
      answering({
        '/status.json': live,
        '/playback-tokens': () => problem(403, 'scope-missing', 'The token may not do this.'),
        '/index.m3u8': () => new Response('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv/media.m3u8\n'),
        '/media.m3u8': () => new Response(media, { headers }),
      }),
    );

  it('is an hour old out of a cache that keeps it: so is what viewers see', async () => {
    expect(await through({ age: '3600', date: new Date(NOW).toUTCString() })).toContainEqual([
      'playlist',
      'fail',
      'is 1 h old: a cache before the Worker keeps playlists',
    ]);
  });

  it('is as new as the edge made it, where a cache kept it for seconds', async () => {
    const date = new Date(NOW - 3_598_000).toUTCString();
    expect(await through({ age: '2', date })).toContainEqual(['playlist', 'ok', 'ends now']);
    expect(await through({ age: 'some', date })).toContainEqual(['playlist', 'ok', 'ends 2 s before now']);
  });
});

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runWith, TestCli } from '../cli-fixture.ts';
import { runChecks } from './check.ts';
import { certificateCheck, rtmpCheck, srtCheck } from './network-checks.ts';

const Reports = z.object({
  reports: z.array(
    z.object({
      about: z.string(),
      findings: z.array(
        z.object({ point: z.string(), verdict: z.string(), says: z.string(), advice: z.string().optional() }),
      ),
    }),
  ),
});
type Seen = Record<string, [verdict: string, says: string]>;

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Somebody who listens where RTMP should be. */
async function listening(onSocket: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function closedPort(): Promise<number> {
  const port = await listening(() => undefined);
  servers.pop()?.close();
  return port;
}

const local = (port: number) => ({ host: '127.0.0.1', port });
const seenBy = async (check: Parameters<typeof runChecks>[0][number], timeoutMs?: number) =>
  (await runChecks([check], timeoutMs))[0]?.findings;

describe('a port of RTMP', () => {
  it('that is closed is told of, with what to do', async () => {
    expect(await seenBy(rtmpCheck('RTMP', local(await closedPort()), 'plain'))).toEqual([
      {
        point: 'port',
        verdict: 'fail',
        says: 'nothing listens there',
        advice: expect.stringMatching(/^Let TCP \d+ through/),
      },
    ]);
  });

  it('where something else listens, or closes at once', async () => {
    const http = await listening((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await seenBy(rtmpCheck('RTMP', local(http), 'plain'))).toMatchObject([
      { verdict: 'ok' },
      { point: 'handshake', verdict: 'fail', says: 'the answer is not RTMP' },
    ]);
    const closing = await listening((socket) => void socket.end());
    expect(await seenBy(rtmpCheck('RTMP', local(closing), 'plain'))).toMatchObject([
      { verdict: 'ok' },
      { point: 'handshake', verdict: 'fail', says: 'the connection was closed' },
    ]);
  });

  it('that says nothing has its time, and no more', async () => {
    const silent = await listening(() => undefined);
    expect(await seenBy(rtmpCheck('RTMP', local(silent), 'plain'), 50)).toMatchObject([
      { verdict: 'fail', says: 'no answer came in time' },
    ]);
  });

  it('that speaks no TLS is no RTMPS', async () => {
    const plain = await listening((socket) => void socket.end('not TLS'));
    for (const check of [rtmpCheck('RTMPS', local(plain), 'tls'), certificateCheck('RTMPS', local(plain), Date.now)]) {
      expect(await seenBy(check)).toMatchObject([{ verdict: 'fail' }]);
    }
  });
});

it.each(['ENOTFOUND', 'EAI_AGAIN'])('says once what to do about a name that says nothing: %s', async (code) => {
  const check = (point: string) => ({
    about: 'RTMPS',
    point,
    advice: `About the ${point}.`,
    look: () => Promise.reject(Object.assign(new Error('getaddrinfo'), { code })),
  });
  const [report] = await runChecks([check('DNS'), check('certificate'), check('port')]);
  expect(report?.findings.map(({ verdict, advice }) => [verdict, advice])).toEqual([
    ['fail', 'About the DNS.'],
    ['fail', undefined],
    ['fail', undefined],
  ]);
});

describe('a port of SRT', () => {
  it('where nobody listens, or something else does', async () => {
    const socket = createSocket('udp4');
    servers.push(socket);
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    expect(await seenBy(srtCheck('SRT', local(port)), 50)).toMatchObject([
      { verdict: 'fail', says: 'no answer came in time', advice: expect.stringMatching(/^Let UDP/) },
    ]);
    socket.on('message', (_, peer) => socket.send('hello', peer.port, peer.address));
    expect(await seenBy(srtCheck('SRT', local(port)))).toMatchObject([
      { verdict: 'fail', says: 'the answer is not SRT' },
    ]);
  });
});

describe('sluice doctor', () => {
  let cli: TestCli;
  beforeEach(async () => {
    cli = await TestCli.start();
    // Its clock is the one that the server's Date goes by.
    cli.app.nowMs = Date.now();
  });
  afterEach(() => cli[Symbol.asyncDispose]());

  async function seen(words: readonly string[], env: Record<string, string> = {}): Promise<[code: number, seen: Seen]> {
    const { exitCode, out, err } = await cli.run(['doctor', '--json', ...words], { env });
    if (out === '') throw new Error(err);
    const { reports } = Reports.parse(JSON.parse(out));
    const found = reports.flatMap(({ about, findings }) =>
      findings.map(
        ({ point, verdict, says }) => [`${about.split(' ', 1)[0]} ${point}`, [verdict, says] as const] as const,
      ),
    );
    return [exitCode, z.record(z.string(), z.tuple([z.string(), z.string()])).parse(Object.fromEntries(found))];
  }

  it('finds nothing wrong with a control API', async () => {
    const [exitCode, found] = await seen(['--rtmp', `127.0.0.1:${await closedPort()}`]);
    expect(exitCode).toBe(1);
    expect(found).toMatchObject({
      'control health': ['ok', expect.stringMatching(/^answers in/)],
      'control clock': ['ok', 'agrees with this machine’s'],
      'control token': ['ok', 'is good'],
      'RTMP port': ['fail', 'nothing listens there'],
    });
  });

  it('finds a wrong token, a missing one, and one that may not read channels', async () => {
    const edge = ['--edge', cli.app.edge.url];
    expect((await seen(edge, { SLUICE_TOKEN: 'wrong' }))[1]['control token']).toEqual([
      'fail',
      'The bearer token is missing or wrong.',
    ]);
    expect((await seen(edge, { SLUICE_TOKEN: '' }))[1]['control token']).toEqual([
      'warn',
      'there is none, so little is looked at',
    ]);
    const made = await cli.json('api-tokens', 'create', 'x', '--scopes', 'usage:read');
    const { apiToken } = z.object({ apiToken: z.string() }).parse(made);
    const [, found] = await seen(edge, { SLUICE_TOKEN: apiToken });
    expect(found['control token']).toEqual(['ok', 'is good, and may not read channels']);
    expect(found['edge keys']?.[0]).toBe('warn');
  });

  it('finds a clock that is wrong', async () => {
    cli.app.nowMs += 60_000;
    const [exitCode, found] = await seen(['--rtmp', '127.0.0.1:1']);
    expect([exitCode, found['control clock']?.[0]]).toEqual([1, 'fail']);
  });

  it('finds that what is named as the edge is none', async () => {
    await cli.run(['channels', 'create', 'studio']);
    const [exitCode, found] = await seen(['--edge', cli.app.edge.url, '--channel', 'studio']);
    expect(exitCode).toBe(1);
    expect(found).toMatchObject({
      'edge time': ['fail', 'it answered 200, not as the edge does'],
      'edge CORS': ['fail', 'no access-control-allow-origin'],
      'edge guard': ['fail', 'it answered 200 to an unsigned call'],
      'channel status': ['fail', 'it answered 200'],
    });
    const swapped = await cli.run(['doctor', '--url', cli.app.edge.url, '--edge', cli.url, '--json']);
    expect(swapped.exitCode).toBe(1);
    expect(swapped.out).toContain('Is --url the control API, and not the edge?');
  });

  it('says in words what to do, and what was not looked at', async () => {
    const port = await closedPort();
    const { out, exitCode } = await cli.run(['doctor', '--rtmp', `127.0.0.1:${port}`], {
      columns: 60,
      env: { NO_COLOR: '1' },
    });
    expect(exitCode).toBe(1);
    expect(out).toContain(
      [
        'RTMP',
        '  fail  port         nothing listens there',
        `                     → Let TCP ${port} through (firewall,`,
      ].join('\n'),
    );
    expect(out).toMatch(
      /\n1 fails, 3 as they should be\.\nNot looked at, as they were not named: --edge, --rtmps, --srt, --channel\.\n$/,
    );
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('has clear words where nothing can be reached', async () => {
    const { out, exitCode } = await runWith(['doctor', '--url', 'http://127.0.0.1:1', '--json'], {
      env: { SLUICE_TOKEN: 'x' },
    });
    expect(exitCode).toBe(1);
    const { reports } = Reports.parse(JSON.parse(out));
    const verdicts = reports.flatMap(({ findings }) => findings.map(({ verdict }) => verdict));
    expect(new Set(verdicts)).toEqual(new Set(['fail']));
  });

  it('looks at a channel that is named, or says why it cannot', async () => {
    const channel = ['doctor', '--channel', 'demo'];
    for (const more of [
      ['--url', 'https://control.example'],
      ['--rtmp', '127.0.0.1:1'],
    ]) {
      expect(await cli.refusal(...channel, ...more)).toEqual([
        2,
        expect.stringMatching(/^sluice: --channel needs --edge: /),
      ]);
    }
  });

  it('takes only what can be looked at', async () => {
    expect((await cli.run(['doctor', '--rtmp', 'ingest.example.com'])).err).toMatch(/--rtmp is a host and a port/);
    expect((await cli.run(['doctor', '--edge', 'live.example.com'])).err).toMatch(/--edge is an address such as https/);
    expect((await cli.run(['doctor', '--edge', 'ftp://live.example.com'])).exitCode).toBe(2);
  });
});

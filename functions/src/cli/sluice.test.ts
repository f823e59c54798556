import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { buffer, text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ADMIN_TOKEN } from '../test-app.ts';
import { FakeSite, TestCli } from './cli-fixture.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/sluice.mjs', import.meta.url));

/** Four processes, on a machine that does much else. */
const PROCESSES_MS_MAX = 60_000;
/** Linux has one. */
const FULL_DISK = '/dev/full';
/** Less than a request may take: a process that waited for one would be too late. */
const ENDED_MS_MAX = 25_000;
/** More than pipes and streams hold. */
const LARGE_BYTES = 1_000_000;
/** Between two presses of Ctrl-C by somebody who has had enough. */
const PRESS_MS = 400;

/** The program itself, as a process, with nobody at its terminal. */
function sluice(
  words: readonly string[],
  env: Record<string, string>,
): Promise<[code: unknown, out: string, err: string]> {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...words], { env }, (error, out, err) =>
      resolve([error?.code ?? 0, out, err]),
    );
  });
}

/** The same, while it runs. It asks this control API. */
function started(words: readonly string[], url: string) {
  const env = { SLUICE_URL: url, SLUICE_TOKEN: ADMIN_TOKEN };
  return spawn(process.execPath, [PROGRAM, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function exitOf(child: ChildProcess): Promise<unknown> {
  const [code, signal] = await once(child, 'exit');
  return code ?? signal;
}

const json = { 'content-type': 'application/json' };

it('is a program: words in, text and an exit code out', { timeout: PROCESSES_MS_MAX }, async () => {
  await using cli = await TestCli.start();
  const env = { SLUICE_URL: cli.url, SLUICE_TOKEN: ADMIN_TOKEN };
  const [made, help, wrong, refused] = await Promise.all([
    sluice(['channels', 'create', 'studio', '--json'], env),
    sluice(['--help'], env),
    sluice(['chanels'], env),
    sluice(['channels', 'delete', 'other'], env),
  ]);
  expect(made).toEqual([0, expect.stringMatching(/"channelId": "studio"/), '']);
  expect(help).toEqual([0, expect.stringMatching(/^sluice: live streams/), '']);
  expect(wrong).toEqual([2, '', expect.stringMatching(/Did you mean "channels"\?/)]);
  expect(refused).toEqual([1, '', expect.stringMatching(/There is no such channel/)]);
});

describe('the process', { timeout: ENDED_MS_MAX }, () => {
  it('ends at Ctrl-C, though an answer hangs', async () => {
    const hangs = Promise.withResolvers<void>();
    let asked = 0;
    await using site = await FakeSite.start((_, response) => {
      asked += 1;
      if (asked === 1) response.writeHead(200, json).end('{"broadcasts":[],"next":null}');
      else hangs.resolve();
    });
    const child = started(['live', '--watch'], site.url);
    const out = text(child.stdout);
    await hangs.promise;
    child.kill('SIGINT');
    expect([await exitOf(child), await out]).toEqual([0, 'Nobody is live.\n\n']);
  });

  it('ends at a second Ctrl-C, though nobody takes what it prints', async () => {
    const answered = Promise.withResolvers<void>();
    await using site = await FakeSite.start((_, response) => {
      const broadcasts = [{ filler: 'x'.repeat(LARGE_BYTES) }];
      response.writeHead(200, json).end(JSON.stringify({ broadcasts, next: null }), () => answered.resolve());
    });
    const child = started(['live', '--watch', '--json'], site.url);
    await answered.promise;
    // The first bytes are there: from then on it has Ctrl-C to itself.
    await once(child.stdout, 'readable');
    const presses = setInterval(() => child.kill('SIGINT'), PRESS_MS);
    expect(await exitOf(child)).toBe(130);
    clearInterval(presses);
  });

  it('ends when all is out that it prints, and not before', async () => {
    await using site = await FakeSite.start((_, response) => {
      const broadcasts = [{ filler: 'x'.repeat(LARGE_BYTES) }];
      response.writeHead(200, json).end(JSON.stringify({ broadcasts, next: null }));
    });
    const child = started(['live', '--json'], site.url);
    const [code, out] = await Promise.all([exitOf(child), buffer(child.stdout)]);
    expect([code, out.byteLength > LARGE_BYTES, out.at(-1)]).toEqual([0, true, '\n'.charCodeAt(0)]);
  });

  it('says by its exit code what it found, though nobody reads the rest', async () => {
    await using site = await FakeSite.start((_, response) => void response.end('ok'));
    const unread = started(['doctor', '--rtmp', '127.0.0.1:1'], site.url);
    unread.stdout.destroy();
    unread.stderr.destroy();
    expect(await exitOf(unread)).toBe(1);
    await using cli = await TestCli.start();
    const warned = started(['channels', 'list', '--token', ADMIN_TOKEN], cli.url);
    warned.stdout.destroy();
    warned.stderr.destroy();
    expect(await exitOf(warned)).toBe(0);
  });

  it.skipIf(!existsSync(FULL_DISK))('fails where what it found cannot be written', async () => {
    const full = openSync(FULL_DISK, 'w');
    const child = spawn(process.execPath, [PROGRAM, 'help'], { env: {}, stdio: ['ignore', full, 'ignore'] });
    expect(await exitOf(child)).toBe(1);
    closeSync(full);
  });

  it('ends when nobody reads its pictures any more', async () => {
    await using cli = await TestCli.start();
    const child = started(['live', '--watch', '--json'], cli.url);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await exitOf(child)).toBe(0);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { assertPortsFree, portsWithOffset } from '../src/ports.ts';

const START = fileURLToPath(new URL('../src/start.ts', import.meta.url));
const UP = { timeout: 60_000, interval: 100 };
const CTRL_C_MS_MAX = 20_000;

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output: string;
}

describe('npm start', () => {
  const started: Started[] = [];
  const directories: string[] = [];
  afterEach(async () => {
    for (const { child, ended } of started.splice(0)) {
      child.kill('SIGTERM');
      const killTimer = setTimeout(() => child.kill('SIGKILL'), CTRL_C_MS_MAX);
      await ended;
      clearTimeout(killTimer);
    }
    for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
  });

  async function start(offset: number): Promise<Started> {
    const directory = await mkdtemp(join(tmpdir(), 'sluice-start-'));
    directories.push(directory);
    const words = ['--no-demo', '--data', directory, '--port-offset', String(offset)];
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', START, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const run: Started = { child, ended: once(child, 'close').then(([code]) => code), output: '' };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        run.output += bytes.toString();
      });
    }
    started.push(run);
    return run;
  }

  it('tells what to open and what to put into OBS, and ends with Ctrl-C', async () => {
    const offset = await freeOffset();
    const run = await start(offset);
    await vi.waitFor(() => expect(run.output).toContain('Ctrl-C'), UP);
    const { rtmp, edge } = portsWithOffset(offset);
    expect(run.output).toContain(`http://127.0.0.1:${edge}/watch/demo`);
    expect(run.output).toContain(`http://127.0.0.1:${edge}/live/demo/index.m3u8`);
    expect(run.output).toContain(`rtmp://127.0.0.1:${rtmp}/live`);
    expect(run.output).toContain('demo-key');
    expect((await fetch(`http://127.0.0.1:${edge}/watch/demo`)).status).toBe(200);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
    await assertPortsFree(portsWithOffset(offset));
  });

  it('says in one line which port is taken', async () => {
    const offset = await freeOffset();
    const first = await start(offset);
    await vi.waitFor(() => expect(first.output).toContain('Ctrl-C'), UP);
    const second = await start(offset);
    expect(await second.ended).toBe(1);
    expect(second.output.trim().split('\n')).toHaveLength(1);
    expect(second.output).toMatch(/^Port [0-9]+ \(.+\) is taken/);
  });
});

/**
 * Above the ports of a system of this machine, and below those that any outgoing connection may take meanwhile (32768 and
 * up, where the system says nothing else).
 */
const OFFSETS = { min: 11_000, max: 23_000 } as const;

/** An offset with which every port is free now. */
async function freeOffset(): Promise<number> {
  for (;;) {
    const offset = randomInt(OFFSETS.min, OFFSETS.max);
    const isFree = await assertPortsFree(portsWithOffset(offset)).then(
      () => true,
      () => false,
    );
    if (isFree) return offset;
  }
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Named = z.object({ childPid: z.int() });
const FIRST_PROCESS = ['unshare', '--pid', '--fork', '--mount-proc'];
const NODE_OPTIONS = ['--disable-warning=ExperimentalWarning'];

interface Watched {
  readonly process: ChildProcess;
  readonly childPid: number;
  readonly ended: Promise<{ readonly code: unknown; readonly signal: unknown; readonly stderr: string }>;
}

async function start(how: 'block' | 'stutter', looksMax: number, under: readonly string[] = []): Promise<Watched> {
  const program = fileURLToPath(new URL('./fixtures/stands-still.ts', import.meta.url));
  const [file = '', ...words] = [...under, process.execPath, ...NODE_OPTIONS, program, how, String(looksMax)];
  const watched = spawn(file, words, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const lines: Buffer[] = [];
  watched.stderr?.on('data', (bytes: Buffer) => lines.push(bytes));
  const ended = Promise.all([once(watched, 'exit'), watched.stderr && once(watched.stderr, 'end')]).then(
    ([[code, signal]]) => ({ code, signal, stderr: Buffer.concat(lines).toString() }),
  );
  const { childPid } = Named.parse((await once(watched, 'message'))[0]);
  watched.send('go');
  return { process: watched, childPid, ended };
}

describe('a process whose event loop stands', () => {
  it.runIf(existsSync('/proc/self/task'))('ends itself and its children, and says so', async () => {
    const { childPid, ended } = await start('block', 20);
    const { code, signal, stderr } = await ended;
    expect([code, signal]).toEqual([null, 'SIGKILL']);
    expect(JSON.parse(stderr)).toMatchObject({
      level: 60,
      nodeId: 'node-1',
      standsS: 2,
      msg: 'the event loop stands: the node ends itself',
    });
    expect(isRunning(childPid)).toBe(false);
  });

  it.runIf(canBeFirst())('ends also as the first process of a container, which no signal of its own ends', async () => {
    const { ended } = await start('block', 20, FIRST_PROCESS);
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([70, expect.stringContaining('the event loop stands')]);
  });

  it('does not when it moves now and then', async () => {
    const { ended } = await start('stutter', 20);
    expect(await ended).toEqual({ code: 0, signal: null, stderr: '' });
  });

  it.runIf(process.platform === 'linux')(
    'does not when it was frozen as a whole, as a machine that slept',
    async () => {
      const { process: watched, ended } = await start('stutter', 20);
      watched.kill('SIGSTOP');
      // Longer than the loop may stand.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      watched.kill('SIGCONT');
      expect(await ended).toEqual({ code: 0, signal: null, stderr: '' });
    },
  );
});

/** Where nobody may make a process namespace this is not tested. */
function canBeFirst(): boolean {
  const [file = '', ...words] = [...FIRST_PROCESS, 'true'];
  return spawnSync(file, words).status === 0;
}

/** A killed process is a zombie until somebody reaps it. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return existsSync(`/proc/${pid}/exe`);
  } catch {
    return false;
  }
}

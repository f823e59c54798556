import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProgramEnd, runProgram } from './program.ts';

/** A runtime that cannot start a container says so at once. */
const START_MS_MAX = 30_000;
const LOOK_EVERY_MS = 10;

/**
 * crun refuses a machine that has both kinds of control groups, though it is told to use none: the second kind is taken
 * away from it, in a mount namespace of its own.
 */
const WITHOUT_UNIFIED_CGROUP = 'umount /sys/fs/cgroup/unified 2>/dev/null; exec "$@"';

/** A running container, in an OCI runtime (crun). Needs root. */
export class Container {
  /** Of its first process, as this machine numbers it. */
  readonly pid: number;
  /** The exit code of its first process; `null` when it was killed together with the runtime. */
  readonly ended: Promise<number | null>;
  readonly #logPath: string;
  readonly #user: string;

  private constructor(pid: number, ended: Promise<number | null>, logPath: string, user: string) {
    this.pid = pid;
    this.ended = ended;
    this.#logPath = logPath;
    this.#user = user;
  }

  /** Runs the bundle of which this is `config.json`. `user` is the image's, `uid:gid`; `directory` must not be there. */
  static async run(directory: string, config: object, user: string): Promise<Container> {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'config.json'), JSON.stringify(config));
    const logPath = join(directory, 'log');
    const pidPath = join(directory, 'pid');
    const log = await open(logPath, 'w');
    const name = `sluice-${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
    const crun = ['crun', '--root', join(directory, 'crun'), '--cgroup-manager=disabled'];
    const words = [...crun, 'run', '--bundle', directory, '--pid-file', pidPath, name];
    const child = spawn('unshare', ['--mount', 'sh', '-c', WITHOUT_UNIFIED_CGROUP, 'sh', ...words], {
      stdio: ['ignore', log.fd, log.fd],
    });
    const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
    await log.close();
    return new Container(await pidOf(pidPath, child, logPath), ended, logPath, user);
  }

  async log(): Promise<string> {
    return await readFile(this.#logPath, 'utf8');
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    try {
      process.kill(this.pid, signal);
    } catch {
      // It is gone.
    }
  }

  /** Runs a program inside of it, as its user, as `docker exec` does. */
  async exec(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<ProgramEnd> {
    const [uid = '', gid = ''] = this.#user.split(':');
    const where = ['--target', String(this.pid), '--mount', '--pid', '--uts', '--ipc', '--root', '--wdns=/app'];
    const as = ['--setuid', uid, '--setgid', gid];
    // The environment of this machine stays out.
    const given = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    return await runProgram('nsenter', [...where, ...as, '--', '/usr/bin/env', '-i', PATH, ...given, ...words]);
  }

  /** Kills what is left of it. */
  async close(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }
}

const PATH = 'PATH=/usr/local/bin:/usr/bin:/bin';

async function pidOf(path: string, child: ChildProcess, logPath: string): Promise<number> {
  const untilMs = Date.now() + START_MS_MAX;
  for (;;) {
    const pid = Number(await readFile(path, 'utf8').catch(() => ''));
    if (pid > 0) return pid;
    if (child.exitCode !== null) throw new Error(`The container did not start: ${await readFile(logPath, 'utf8')}`);
    if (Date.now() > untilMs) {
      child.kill('SIGKILL');
      throw new Error(`The container did not start in ${START_MS_MAX} ms.`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

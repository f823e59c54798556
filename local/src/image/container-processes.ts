import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A process of a container, as the container's own proc file system tells it (proc(5)). */
export interface ContainerProcess {
  /** As the container numbers it: the first one is 1. */
  readonly pid: number;
  /** The path of the script that it runs, or else its first word; empty for a zombie. */
  readonly script: string;
  /** It has ended, and nobody has asked how. */
  readonly isZombie: boolean;
  readonly uid: number;
  /** How many system call filters are upon it. */
  readonly filterCount: number;
}

/** Every process of the container whose first one is `pid` on this machine. One that ends meanwhile is left out. */
export async function containerProcesses(pid: number): Promise<ContainerProcess[]> {
  const proc = join('/proc', String(pid), 'root', 'proc');
  const pids = (await readdir(proc)).map(Number).filter((found) => found > 0);
  const looked = await Promise.all(pids.map((found) => look(proc, found).catch(() => undefined)));
  return looked.filter((found) => found !== undefined);
}

async function look(proc: string, pid: number): Promise<ContainerProcess> {
  const [status, command] = await Promise.all([
    readFile(`${proc}/${pid}/status`, 'utf8'),
    readFile(`${proc}/${pid}/cmdline`, 'utf8'),
  ]);
  const words = command.split('\0').filter((word) => word !== '');
  const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? '';
  return {
    pid,
    script: words.findLast((word) => word.endsWith('.ts')) ?? words[0] ?? '',
    isZombie: field('State') === 'Z',
    uid: Number(field('Uid')),
    filterCount: Number(field('Seccomp_filters')),
  };
}

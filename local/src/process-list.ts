import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

/** What Linux tells of processes (proc(5)); tests and benchmarks look at the system from outside with it. */

/** Children of a process, as they are now. */
export async function childPids(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children
    .split(' ')
    .filter((word) => word !== '')
    .map(Number);
}

/** All processes that a process has started, and those that they have. None, where it is gone. */
export async function descendantPids(pid: number): Promise<number[]> {
  const children = await childPids(pid).catch(() => []);
  return [...children, ...(await Promise.all(children.map(descendantPids))).flat()];
}

/** Resident memory. Rejects when the process is gone. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = /^VmRSS:\s+([0-9]+) kB$/m.exec(status)?.[1];
  if (kib === undefined) throw new Error(`process ${pid} has no memory any more`);
  return Number(kib) * 1_024;
}

/** The file name of the script, or program, that a process runs. */
export async function commandOf(pid: number): Promise<string> {
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').filter((word) => word !== '');
  return basename(words.find((word) => word.endsWith('.ts')) ?? words[0] ?? '');
}

/** User time that a process has had, in clock ticks: field 14 of proc(5)'s stat; the second field may hold blanks. */
export async function cpuTicks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[11]);
}

import { readdirSync, readFileSync } from 'node:fs';

/** The processes that a process has started, by what Linux tells (proc(5), `/proc/pid/task/tid/children`); elsewhere none. */
export function childrenOf(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'));
    return lists.flatMap((list) => list.split(' ').filter((text) => text !== '')).map(Number);
  } catch {
    return [];
  }
}

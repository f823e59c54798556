import { fileURLToPath } from 'node:url';
import { type ChildCommand, confinedCommand } from '../transcode/child-command.ts';

/** Packets pass through. */
const HEAP_MEGABYTES = 96;
/** One thread writes to the target; another one resolves names. */
const NATIVE_THREADS = 3;

/** The command of a pusher, for this Node and from this package's own source. */
export function pusherCommand(execPath: string): ChildCommand {
  return confinedCommand({
    execPath,
    program: fileURLToPath(new URL('./child/main.ts', import.meta.url)),
    heapMegabytes: HEAP_MEGABYTES,
    nativeThreads: NATIVE_THREADS,
  });
}

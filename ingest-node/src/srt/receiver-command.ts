import { fileURLToPath } from 'node:url';
import { type ChildCommand, confinedCommand } from '../transcode/child-command.ts';

/** Packets pass through; what is large is libsrt's buffer, and outside of the heap. */
const HEAP_MEGABYTES = 128;
/** One thread reads the stream; another is there so that nothing else ever waits for it. */
const NATIVE_THREADS = 2;

/** The command of a receiver, for this Node and from this package's own source. */
export function receiverCommand(execPath: string): ChildCommand {
  return confinedCommand({
    execPath,
    program: fileURLToPath(new URL('./receiver/main.ts', import.meta.url)),
    heapMegabytes: HEAP_MEGABYTES,
    nativeThreads: NATIVE_THREADS,
  });
}

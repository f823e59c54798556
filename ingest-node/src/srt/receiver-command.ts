import { fileURLToPath } from 'node:url';
import type { ChildCommand } from '../transcode/child-command.ts';

/** One thread reads the stream; another is there so that nothing else ever waits for it. */
const NATIVE_THREADS = 2;

/** The command of a receiver, for this Node and from this package's own source. */
export function receiverCommand(execPath: string): ChildCommand {
  return {
    file: execPath,
    args: [
      // Packets pass through; a leak should end it, not the node.
      '--max-old-space-size=128',
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(new URL('./receiver/main.ts', import.meta.url)),
    ],
    env: { UV_THREADPOOL_SIZE: String(NATIVE_THREADS), NODE_ENV: 'production' },
  };
}

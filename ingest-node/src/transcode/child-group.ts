import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** What a child is spoken to by, beside what it prints. */
export interface ChildPipes {
  /** Pipe 3, to it. */
  readonly input: Writable;
  /** Pipe 4, from it. */
  readonly output: Readable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** The pipes of a child that `spawnTranscoderChild` started. Throws for any other. */
export function pipesOf(child: ChildProcess): ChildPipes {
  const [, stdout, stderr, input, output] = child.stdio;
  if (stdout == null || stderr == null || input == null || output == null) throw new Error('a child without pipes');
  if (!('write' in input) || !('read' in output) || !('read' in stdout) || !('read' in stderr)) {
    throw new Error('a child with pipes the wrong way round');
  }
  return { input, output, stdout, stderr };
}

/** To the child's whole process group, so that nothing it may have started outlives it. That it is gone is as good. */
export function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: it is gone already. Where there are no groups (Windows), the child alone.
    child.kill(signal);
  }
}

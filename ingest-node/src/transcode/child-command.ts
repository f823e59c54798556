import { fileURLToPath } from 'node:url';
import { filteredArch } from './confinement/filtered-arch.ts';

/** How a child is started: a transcoder, or an SRT receiver. */
export interface ChildCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment of the child: nothing of ours is inherited, so no credential can be. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Threads for native work in the child: a decoder, up to eight encoders, and the scalers between them, each of which
 * may hold one for some milliseconds. Idle ones cost nothing; too few would make renditions wait for each other.
 */
const NATIVE_THREADS = 24;

let isSaid = false;

/** The command of the real child, for this Node and from this package's own source. */
export function childCommand(execPath: string): ChildCommand {
  // The child's own heap is small; what is large (pictures) lives outside of it.
  return confinedCommand({
    execPath,
    program: pathOf('./child/main.ts'),
    heapMegabytes: 256,
    nativeThreads: NATIVE_THREADS,
  });
}

/** A program of ours that will be confined, where there is something to confine it with (docs/adr/0014). */
export function confinedCommand(options: {
  readonly execPath: string;
  /** The path of its module. */
  readonly program: string;
  /** A leak should end the child, not the node. */
  readonly heapMegabytes: number;
  readonly nativeThreads: number;
}): ChildCommand {
  const isConfined = filteredArch() !== undefined;
  if (!isConfined) sayOnce();
  return {
    file: options.execPath,
    args: [
      `--max-old-space-size=${options.heapMegabytes}`,
      '--disable-warning=ExperimentalWarning',
      ...(isConfined ? [pathOf('./confinement/launch.ts')] : []),
      options.program,
    ],
    env: { UV_THREADPOOL_SIZE: String(options.nativeThreads), NODE_ENV: 'production' },
  };
}

function pathOf(module: string): string {
  return fileURLToPath(new URL(module, import.meta.url));
}

function sayOnce(): void {
  if (isSaid) return;
  isSaid = true;
  process.emitWarning(
    `Transcoders and SRT receivers run unconfined on ${process.platform} (${process.arch}): a hostile stream that broke FFmpeg could do what this program may do.`,
    'ConfinementWarning',
  );
}

import { fileURLToPath } from 'node:url';
import { filteredArch } from './confinement/filtered-arch.ts';

/** How a transcoder's child is started. */
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
  const isConfined = filteredArch() !== undefined;
  if (!isConfined) sayOnce();
  const args = [
    // The child's own heap is small; what is large (pictures) lives outside of it. A leak should end it, not the node.
    '--max-old-space-size=256',
    '--disable-warning=ExperimentalWarning',
    ...(isConfined ? [pathOf('./confinement/launch.ts')] : []),
    pathOf('./child/main.ts'),
  ];
  return {
    file: execPath,
    args,
    env: { UV_THREADPOOL_SIZE: String(NATIVE_THREADS), NODE_ENV: 'production' },
  };
}

function pathOf(module: string): string {
  return fileURLToPath(new URL(module, import.meta.url));
}

function sayOnce(): void {
  if (isSaid) return;
  isSaid = true;
  process.emitWarning(
    `Transcoders run unconfined on ${process.platform} (${process.arch}): a hostile stream that broke FFmpeg could do what this program may do.`,
    'ConfinementWarning',
  );
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { V8_ARGUMENTS } from '@sluice/ingest-node/v8-arguments';

/** The ingest node as its own process, as in production: a crash or a busy loop of it is not ours. */
export interface IngestProcess {
  readonly pid: number;
  /** Resolves when it ended by itself, with a sentence. Never rejects. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

export interface IngestProcessOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Where its log lines go; `inherit` shows them at the terminal, a number is an open file's descriptor. */
  readonly log: 'inherit' | 'ignore' | number;
  /** The path of its main module; this tree's if absent. */
  readonly main?: string | undefined;
  /** It leads a process group of its own; without, a terminal's Ctrl-C reaches it, too. */
  readonly leadsGroup?: boolean;
}

/** Loading FFmpeg's libraries and listening takes well under a second; a busy machine may need many. */
const READY_MS_MAX = 60_000;
/** It drains its broadcasts on SIGTERM; the local one has nobody to hand them to, so it is quick. */
const KILL_AFTER_MS = 10_000;

/** Starts the node and resolves once it listens. Rejects with a sentence when it does not come up. */
export async function startIngestProcess(options: IngestProcessOptions): Promise<IngestProcess> {
  const main = options.main ?? fileURLToPath(import.meta.resolve('@sluice/ingest-node/main'));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...V8_ARGUMENTS, main], {
    // Nothing of this environment but what it needs to find programs.
    env: { PATH: process.env.PATH ?? '', ...options.environment },
    stdio: ['ignore', options.log, 'inherit', 'ipc'],
    detached: options.leadsGroup ?? false,
  });
  const ended = once(child, 'exit').then(([code, signal]) => `The ingest node ended (${signal ?? `code ${code}`}).`);
  await listening(child, ended);
  if (child.pid === undefined) throw new Error('The ingest node has no process id.');
  return { pid: child.pid, ended, close: () => endChild(child, ended) };
}

async function listening(child: ChildProcess, ended: Promise<string>): Promise<void> {
  const timer = AbortSignal.timeout(READY_MS_MAX);
  const ready = once(child, 'message', { signal: timer }).then(() => undefined);
  const failure = await Promise.race([ready, ended]).catch(
    () => `The ingest node was not ready after ${READY_MS_MAX} ms.`,
  );
  if (failure === undefined) return;
  child.kill('SIGKILL');
  throw new Error(failure);
}

async function endChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const killTimer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  await ended;
  clearTimeout(killTimer);
}

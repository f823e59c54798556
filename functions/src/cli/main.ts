import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCli } from './run-cli.ts';
import type { CliWorld, Screen } from './world.ts';

/** What shells say of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** The command line tool, in the process that it has. */
export async function main(): Promise<void> {
  // `sluice audit | head` closes the pipe when it has enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.exitCode = await runCli(worldOfThisProcess());
}

function worldOfThisProcess(): CliWorld {
  const { stdin, stdout, stderr } = process;
  const isPersonThere = stdin.isTTY && stderr.isTTY;
  return {
    argv: process.argv.slice(2),
    env: process.env,
    stdout: screenOf(stdout),
    stderr: screenOf(stderr),
    ...(isPersonThere && { ask }),
    fetch,
    nowMs: Date.now,
    readText: (path) => readFile(path, 'utf8'),
    interrupts,
    wait: (durationMs, signal) => sleep(durationMs, undefined, { signal }).catch(() => undefined),
  };
}

/** Its size is asked for each time: a window may be made wider. */
function screenOf(stream: NodeJS.WriteStream): Screen {
  return {
    write: (text) => void stream.write(text),
    isTty: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
  };
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.once('SIGINT', () => process.exit(INTERRUPTED));
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

function interrupts(): AbortSignal {
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopped.abort());
  return stopped.signal;
}

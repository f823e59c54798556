import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.ts';
import { INTERRUPTED, interruptsOf } from './interrupts.ts';
import { runCli } from './run-cli.ts';
import type { CliWorld, Screen } from './world.ts';

/** The command line tool, in the process that it has. Once the command has ended, and all that it said is out, so does it. */
export async function main(): Promise<void> {
  const { stdout, stderr } = process;
  // `sluice audit | head` closes the pipe when it has enough. What was found, the exit code still tells.
  const unread = new AbortController();
  let isLost = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    isLost ||= error.code !== 'EPIPE';
    unread.abort();
  });
  // There is nobody to tell of it.
  stderr.on('error', () => undefined);
  const exitCode = await runCli(worldOfThisProcess(unread.signal));
  await Promise.all([flushed(stdout), flushed(stderr)]);
  // Not by itself: a request that hangs, or a look-up, would hold the process for as long as it takes.
  process.exit(isLost ? 1 : exitCode);
}

function worldOfThisProcess(unread: AbortSignal): CliWorld {
  const { stdin, stdout, stderr } = process;
  const isPersonThere = stdin.isTTY && stderr.isTTY;
  const onInterrupt = () => process.exit(INTERRUPTED);
  return {
    argv: process.argv.slice(2),
    env: process.env,
    stdout: screenOf(stdout),
    stderr: screenOf(stderr),
    ...(isPersonThere && { ask: (question) => ask(question, { input: stdin, output: stderr, onInterrupt }) }),
    fetch,
    nowMs: Date.now,
    readText: (path) => readFile(path, 'utf8'),
    interrupts: () => AbortSignal.any([interruptsOfThisProcess(), unread]),
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

function interruptsOfThisProcess(): AbortSignal {
  return interruptsOf({ signals: process, nowMs: () => performance.now(), exit: (code) => process.exit(code) });
}

/** Resolves once all that was written is out, or is known not to be: pipes are written to behind a program's back. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  // Node calls back first, and then says 'error'.
  return new Promise((resolve) => void stream.write('', () => setImmediate(resolve)));
}

/**
 * A node that has no file descriptor left starts a receiver, and writes what it is told of it. To be run with a low
 * limit: `ulimit -n 64`.
 */
import { openSync } from 'node:fs';
import { pino } from 'pino';
import { spawnTranscoderChild } from '../transcode/transcoder.ts';
import { Receiver } from './receiver.ts';
import { receiverCommand } from './receiver-command.ts';

function useUp(): void {
  try {
    for (;;) openSync('/dev/null', 'r');
  } catch {
    // EMFILE.
  }
}

useUp();
new Receiver({
  child: spawnTranscoderChild(receiverCommand(process.execPath)),
  start: { kind: 'start', port: 9, latencyMs: 0 },
  logger: pino({ level: 'silent' }),
  listener: {
    onConfined() {},
    onEvent() {},
    onWarning() {},
    onUnusable() {},
    onGone: (detail) => process.stdout.write(detail),
  },
});

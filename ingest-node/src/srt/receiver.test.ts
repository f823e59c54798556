/** The real receiver, as a process. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { spawnTranscoderChild } from '../transcode/transcoder.ts';
import { wholeMessage } from '../transcode/wire.ts';
import { Receiver } from './receiver.ts';
import { receiverCommand } from './receiver-command.ts';
import { freePort } from './receiver-port.ts';

const TIMEOUT_MS = 30_000;
const PASSPHRASE = 'a passphrase of ours';
const NOTHING = new Uint8Array();
const SILENT = pino({ level: 'silent' });

/** A receiver that waits for somebody to connect, and how it ended. */
async function waiting() {
  const child = spawnTranscoderChild(receiverCommand(process.execPath));
  const gone = Promise.withResolvers<string>();
  const start = { kind: 'start', port: await freePort(), latencyMs: 120, passphrase: PASSPHRASE } as const;
  const listener = { onEvent: () => {}, onWarning: () => {}, onUnusable: () => {}, onGone: gone.resolve };
  const receiver = new Receiver({ child, start, logger: SILENT, listener });
  const { pid } = child;
  if (pid === undefined) throw new Error('not started');
  // It says that it is ready.
  await once(child.stdio[4] ?? child, 'data');
  return { child, pid, receiver, gone: gone.promise };
}

/** Behind a command that is not the real one. */
function standIn(script: string): Promise<string> {
  const child = spawnTranscoderChild({ file: process.execPath, args: ['-e', script], env: {} });
  const gone = Promise.withResolvers<string>();
  const listener = { onEvent: () => {}, onWarning: () => {}, onUnusable: () => {}, onGone: gone.resolve };
  new Receiver({ child, start: { kind: 'start', port: 9, latencyMs: 0 }, logger: SILENT, listener });
  return gone.promise;
}

describe('a receiver', { timeout: TIMEOUT_MS }, () => {
  it('ends with its parent, also while it waits inside of FFmpeg', async () => {
    const { child, gone } = await waiting();
    child.stdio[3]?.destroy();
    expect(await gone).toBe('it died with SIGKILL');
  });

  it('is closed at once', async () => {
    const { receiver, gone } = await waiting();
    receiver.close();
    receiver.close();
    expect(await gone).toBe('closed');
  });

  it.runIf(process.platform === 'linux')('shows its passphrase to nobody who looks at processes', async () => {
    const { pid, receiver, gone } = await waiting();
    for (const file of ['cmdline', 'environ']) {
      const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
      expect(text.length).toBeGreaterThan(0);
      expect(text).not.toContain(PASSPHRASE);
      expect(text).not.toContain('SECRET');
    }
    receiver.close();
    await gone;
  });

  it.each([
    ['dies', 'process.exit(3)', 'it died with exit code 3'],
    [
      'says what is no message',
      `require('fs').writeSync(4, Buffer.from('${encoded({ kind: 'x' })}', 'hex'))`,
      'it sent a message that is none',
    ],
    [
      'breaks the framing',
      `require('fs').writeSync(4, Buffer.alloc(8, 255)); setInterval(() => {}, 1000)`,
      'it broke the framing: header-too-long',
    ],
    [
      'ends with a word',
      `require('fs').writeSync(4, Buffer.from('${encoded({ kind: 'ended', detail: 'a word' })}', 'hex'))`,
      'a word',
    ],
  ])('that %s is told', async (_case, script, detail) => {
    expect(await standIn(script)).toBe(detail);
  });
});

function encoded(header: unknown): string {
  return wholeMessage(header, NOTHING).toString('hex');
}

/** The real receiver, as a process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { spawnTranscoderChild } from '../transcode/transcoder.ts';
import { wholeMessage } from '../transcode/wire.ts';
import { Receiver, type ReceiverListener } from './receiver.ts';
import { receiverCommand } from './receiver-command.ts';
import { freePort } from './receiver-port.ts';

const TIMEOUT = { timeout: 30_000 };
const PASSPHRASE = 'a passphrase of ours';
const NOTHING = new Uint8Array();
const DEAF = { onConfined: () => {}, onEvent: () => {}, onWarning: () => {}, onUnusable: () => {} };
const SILENT = pino({ level: 'silent' });

/** A receiver that waits for somebody to connect, and how it ended. */
async function waiting() {
  const child = spawnTranscoderChild(receiverCommand(process.execPath));
  const gone = Promise.withResolvers<string>();
  const start = { kind: 'start', port: await freePort(), latencyMs: 120, passphrase: PASSPHRASE } as const;
  const listener = { ...DEAF, onGone: gone.resolve };
  const receiver = new Receiver({ child, start, logger: SILENT, listener });
  const { pid } = child;
  if (pid === undefined) throw new Error('not started');
  // It says that it is ready.
  await once(child.stdio[4] ?? child, 'data');
  return { child, pid, receiver, gone: gone.promise };
}

/** Behind a command that is not the real one. */
function standIn(script: string, heard: Partial<ReceiverListener> = {}, logger = SILENT): Promise<string> {
  const child = spawnTranscoderChild({ file: process.execPath, args: ['-e', script], env: {} });
  const gone = Promise.withResolvers<string>();
  const listener = { ...DEAF, ...heard, onGone: gone.resolve };
  new Receiver({ child, start: { kind: 'start', port: 9, latencyMs: 0 }, logger, listener });
  return gone.promise;
}

describe('a receiver', TIMEOUT, () => {
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
      const content = readFileSync(`/proc/${pid}/${file}`, 'utf8');
      expect(content.length).toBeGreaterThan(0);
      expect(content).not.toContain(PASSPHRASE);
      expect(content).not.toContain('SECRET');
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

it.skipIf(process.platform === 'win32')(
  'a receiver that cannot be started for want of descriptors is told',
  TIMEOUT,
  async () => {
    const program = fileURLToPath(new URL('./receiver-without-descriptors-fixture.ts', import.meta.url));
    const node = spawn('sh', [
      '-c',
      'ulimit -n 64; exec "$0" --disable-warning=ExperimentalWarning "$1"',
      process.execPath,
      program,
    ]);
    expect(await text(node.stdout)).toMatch(/^it could not be started: .*EMFILE$/);
  },
);

it('a receiver that says how it is confined, over and over, is heard once', TIMEOUT, async () => {
  const lines: string[] = [];
  const logger = pino({}, { write: (line: string) => lines.push(line) });
  const told = encoded({ kind: 'confinement', outcome: 'unconfined', why: 'a reason' }).repeat(10);
  const end = encoded({ kind: 'ended', detail: 'a word' });
  let count = 0;
  const script = `require('fs').writeSync(4, Buffer.from('${told}${end}', 'hex'))`;
  const heard = { onConfined: () => (count += 1) };
  expect(await standIn(script, heard, logger)).toBe('a word');
  expect(count).toBe(1);
  expect(lines.filter((line) => line.includes('a reason'))).toHaveLength(1);
});

it('a receiver that never stops to take notes is heard for a while', TIMEOUT, async () => {
  const notes = Array.from({ length: 100 }, (_, index) => encoded({ kind: 'note', sentence: `${index}` })).join('');
  const end = encoded({ kind: 'ended', detail: 'a word' });
  const heard: string[] = [];
  const script = `require('fs').writeSync(4, Buffer.from('${notes}${end}', 'hex'))`;
  expect(await standIn(script, { onWarning: (sentence) => heard.push(sentence) })).toBe('a word');
  expect(heard).toHaveLength(64);
});

function encoded(header: unknown): string {
  return wholeMessage(header, NOTHING).toString('hex');
}

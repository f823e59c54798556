import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keepingLogger } from '../server/seeing-node-fixture.ts';
import type { ChildCommand } from '../transcode/child-command.ts';
import { filteredArch } from '../transcode/confinement/filtered-arch.ts';
import { spawnTranscoderChild } from '../transcode/transcoder.ts';
import { receiverCommand } from './receiver-command.ts';
import { call, SrtServerFixture } from './srt-server-fixture.ts';

/** The real receiver under its filters, with a real publisher. */

const TIMEOUT_MS = 30_000;
const PASSPHRASE = 'a passphrase of ours';

/** A server whose receivers are these. */
async function serve(command: ChildCommand, passphrase?: string) {
  const { logger, lines } = keepingLogger();
  const children: ChildProcess[] = [];
  let said = '';
  const fixture = await SrtServerFixture.start({
    logger,
    ...(passphrase !== undefined && { passphrase }),
    takeReceiver: () => {
      const child = spawnTranscoderChild(command);
      child.stderr?.on('data', (text) => {
        said += String(text);
      });
      children.push(child);
      return child;
    },
  });
  return { fixture, children, lines, said: () => said };
}

/** By thread, how many filters it is under; 0 is free. */
function filterCounts(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return Number(/^Seccomp_filters:\s*(\d+)$/m.exec(status)?.[1] ?? 0);
  });
}

describe.skipIf(filteredArch() === undefined)('a receiver', { timeout: TIMEOUT_MS }, () => {
  it.each([
    ['not encrypted', undefined, ''],
    ['encrypted', PASSPHRASE, `passphrase=${PASSPHRASE}&pbkeylen=32`],
  ])('is confined in each of its threads, and takes a stream that is %s', async (_case, passphrase, words) => {
    const { fixture, children, lines, said } = await serve(receiverCommand(process.execPath), passphrase);
    await using _ = fixture;
    const caller = call(fixture.url('demo-key', words), '--paced');
    const { events } = await fixture.publisher();
    await fixture.until(() => events.length > 5);
    const counts = filterCounts(children[0]?.pid ?? 0);
    // Node's, libuv's and libsrt's: the one before loading, and the one since it listens.
    expect(counts.length).toBeGreaterThan(5);
    expect(new Set(counts)).toEqual(new Set([2]));
    expect((await caller.gone).said).toBe('');
    expect((await fixture.endOf()).reason).toBe('unpublished');
    expect(events.filter(({ kind }) => kind === 'video')).toHaveLength(15);
    expect(said()).toBe('');
    expect(lines.join()).not.toContain('not confined');
  });

  it('that cannot be confined says so, and takes the stream all the same', async () => {
    const { args, ...command } = receiverCommand(process.execPath);
    const withoutLaunch = args.filter((word) => !word.endsWith('launch.ts'));
    const { fixture, children, lines } = await serve({ ...command, args: withoutLaunch });
    await using _ = fixture;
    const caller = call(fixture.url('demo-key'), '--paced');
    const { events } = await fixture.publisher();
    await fixture.until(() => events.length > 5);
    const isConfined = filterCounts(children[0]?.pid ?? 0).every((count) => count > 0);
    // Where rings are switched off for the whole machine it is confined, and there is nothing to say.
    expect(lines.some((line) => line.includes('not confined') && line.includes('io_uring'))).toBe(!isConfined);
    expect((await caller.gone).said).toBe('');
    expect((await fixture.endOf()).reason).toBe('unpublished');
  });
});

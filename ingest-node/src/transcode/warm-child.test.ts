import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ChildCommand } from './child-command.ts';
import { Transcoder } from './transcoder.ts';
import { WarmChild, type WarmChildLimits } from './warm-child.ts';

const STAND_IN = fileURLToPath(new URL('./fixtures/stand-in.ts', import.meta.url));
const AT_ONCE: Partial<WarmChildLimits> = { refillAfterMs: 0, retryAfterMs: 1, retryAfterMsMax: 4 };

function standIn(program: string): ChildCommand {
  return { file: process.execPath, args: ['--disable-warning=ExperimentalWarning', STAND_IN, program], env: {} };
}

describe('the warm child', () => {
  const logged: { how: string; afterMs: number }[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  let warm: WarmChild | undefined;

  function keep(program: string, limits: Partial<WarmChildLimits> = AT_ONCE): WarmChild {
    warm = new WarmChild({ logger, command: standIn(program), limits });
    return warm;
  }

  afterEach(async () => {
    await warm?.close();
    logged.length = 0;
  });

  it('gives a spare that a transcoder can use, and starts the next', async () => {
    const keeper = keep('behaves');
    const child = keeper.take();
    const nothing = {
      onBroadcast() {},
      onFrame() {},
      onImage() {},
      onResting() {},
      onWarning() {},
      onStats() {},
      onDrain() {},
      onExit() {},
    };
    const options = { profile: 'low', ladder: 'auto', cpuCount: 1, logger, child } as const;
    const transcoder = new Transcoder(options, nothing);
    await vi.waitFor(() => expect(keeper.isFilled).toBe(true), 10_000);
    const next = keeper.take();
    expect(next.pid).not.toBe(child.pid);
    expect((await transcoder.stop()).reason).toBe('stopped');
    next.kill();
  });

  it('gives a fresh child where there is no spare', () => {
    const keeper = keep('does-not-read', { refillAfterMs: 60_000 });
    const spare = keeper.take();
    expect(keeper.isFilled).toBe(false);
    const fresh = keeper.take();
    expect(fresh.pid).toBeTypeOf('number');
    expect(fresh.pid).not.toBe(spare.pid);
    spare.kill();
    fresh.kill();
  });

  it('replaces a spare that dies, ever more slowly, and says so', async () => {
    keep('dies');
    await vi.waitFor(() => expect(logged.length).toBeGreaterThanOrEqual(4), 20_000);
    expect(logged.slice(0, 4).map(({ afterMs }) => afterMs)).toEqual([1, 2, 4, 4]);
    expect(logged[0]?.how).toBe('exit code 3');
  });

  it('lives with a program that cannot be started', async () => {
    warm = new WarmChild({
      logger,
      command: { file: '/there/is/no/such/program', args: [], env: {} },
      limits: AT_ONCE,
    });
    await vi.waitFor(() => expect(logged.length).toBeGreaterThanOrEqual(2), 10_000);
    expect(logged[0]?.how).toContain('ENOENT');
  });

  it('ends its spare when it is closed, by closing its pipe or by force, and starts no other', async () => {
    for (const program of ['behaves', 'does-not-read']) {
      const keeper = keep(program, { ...AT_ONCE, killAfterMs: 100 });
      await keeper.close();
      await keeper.close();
      expect(keeper.isFilled).toBe(false);
    }
    expect(logged).toEqual([]);
  });

  it('leaves a child alone that was taken', async () => {
    const keeper = keep('does-not-read');
    const child = keeper.take();
    await keeper.close();
    expect(child.exitCode).toBeNull();
    child.kill();
    await once(child, 'exit');
  });
});

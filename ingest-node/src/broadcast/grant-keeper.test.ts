import type { RenewAnswer } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallOutcome } from '../control/json-call.ts';
import { DEMO_SETTINGS } from './fixtures/settings-fixture.ts';
import { GrantKeeper } from './grant-keeper.ts';

const NOW_MS = Date.UTC(2026, 10, 24);
const LIFE_MS = 300_000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS });
});
afterEach(() => {
  vi.useRealTimers();
});

const answered = (grant: string) => (): CallOutcome<RenewAnswer> => {
  const settings = DEMO_SETTINGS;
  const key = { keyId: 'key-1', authorizedAtMs: 1 };
  return { kind: 'answered', answer: { settings, grant, grantExpiresAtMs: Date.now() + LIFE_MS, ...key } };
};

const away = (): CallOutcome<RenewAnswer> => ({ kind: 'unreachable', why: 'away' });

function keep(outcomes: (() => CallOutcome<RenewAnswer>)[], grantExpiresAtMs = NOW_MS + LIFE_MS) {
  const asked: { readonly grant: string; readonly atMs: number }[] = [];
  const refused: string[] = [];
  const troubles: string[] = [];
  const renewed: string[] = [];
  const keeper = new GrantKeeper(
    { grant: 'first', grantExpiresAtMs },
    {
      renew: async (grant) => {
        asked.push({ grant, atMs: Date.now() - NOW_MS });
        return (outcomes.shift() ?? away)();
      },
      onRenewed: ({ grant }) => renewed.push(grant),
      onRefused: (code) => refused.push(code),
      onTrouble: (why) => troubles.push(why),
    },
  );
  return { keeper, asked, refused, troubles, renewed };
}

describe('a grant', () => {
  it('is renewed after half its life, and the new one after half of its own', async () => {
    const { keeper, asked } = keep([answered('second'), answered('third')]);
    await vi.advanceTimersByTimeAsync(LIFE_MS / 2 - 1);
    expect([keeper.current, asked]).toEqual(['first', []]);
    await vi.advanceTimersByTimeAsync(1);
    expect(keeper.current).toBe('second');
    await vi.advanceTimersByTimeAsync(LIFE_MS / 2);
    expect(keeper.current).toBe('third');
    expect(asked).toEqual([
      { grant: 'first', atMs: LIFE_MS / 2 },
      { grant: 'second', atMs: LIFE_MS },
    ]);
    keeper.close();
  });

  it('is renewed before its time where that is wanted, once at a time', async () => {
    const { keeper, asked, renewed } = keep([answered('second'), away, answered('third')]);
    keeper.renewNow();
    keeper.renewNow();
    await vi.advanceTimersByTimeAsync(0);
    expect([keeper.current, asked, renewed]).toEqual(['second', [{ grant: 'first', atMs: 0 }], ['second']]);
    keeper.renewNow();
    await vi.advanceTimersByTimeAsync(2_000);
    expect([keeper.current, asked.length, renewed]).toEqual(['third', 3, ['second', 'third']]);
    keeper.close();
    keeper.renewNow();
    await vi.advanceTimersByTimeAsync(LIFE_MS);
    expect([asked.length, vi.getTimerCount()]).toEqual([3, 0]);
  });

  it('is asked for again soon when nobody answered, and stays what it was until then', async () => {
    const { keeper, asked, troubles } = keep([away, answered('second')]);
    await vi.advanceTimersByTimeAsync(LIFE_MS / 2);
    expect([keeper.current, troubles]).toEqual(['first', ['away']]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(keeper.current).toBe('second');
    expect(asked).toHaveLength(2);
    keeper.close();
  });

  it('that is refused is told once, and not asked for again', async () => {
    const { asked, refused } = keep([() => ({ kind: 'refused', code: 'stream-key-disabled', detail: '' })]);
    await vi.advanceTimersByTimeAsync(10 * LIFE_MS);
    expect(refused).toEqual(['stream-key-disabled']);
    expect(asked).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that a publisher brought anew is the one that counts', async () => {
    const { keeper, asked } = keep([answered('third')]);
    await vi.advanceTimersByTimeAsync(LIFE_MS / 2 - 1);
    keeper.replace({ grant: 'second', grantExpiresAtMs: Date.now() + LIFE_MS });
    await vi.advanceTimersByTimeAsync(LIFE_MS / 2);
    expect(asked).toEqual([{ grant: 'second', atMs: LIFE_MS - 1 }]);
    keeper.close();
  });

  it.each([
    ['lasts for a year', NOW_MS + 365 * 86_400_000, 3_600_000],
    ['is over when it comes', NOW_MS, 1_000],
  ])('that %s is not renewed without a pause', async (_what, expiresAtMs, afterMs) => {
    const { keeper, asked } = keep([], expiresAtMs);
    await vi.advanceTimersByTimeAsync(afterMs - 1);
    expect(asked).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveLength(1);
    keeper.close();
  });

  it('leaves no timer when it is closed, also while it is being renewed', async () => {
    const { keeper, asked } = keep([answered('second')]);
    vi.advanceTimersByTime(LIFE_MS / 2);
    keeper.close();
    await vi.advanceTimersByTimeAsync(LIFE_MS);
    expect(asked).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('credentials that come with a grant', () => {
  const MINUTE_MS = 60_000;
  const withStorage = (leftMs: number) => (): CallOutcome<RenewAnswer> => {
    const outcome = answered('another')();
    if (outcome.kind !== 'answered') return outcome;
    const storage = { accessKeyId: 'i', secretAccessKey: 's', sessionToken: 't', expiresAtMs: Date.now() + leftMs };
    return { kind: 'answered', answer: { ...outcome.answer, storage } };
  };

  it('that last for long change nothing', async () => {
    const { keeper, asked } = keep([withStorage(40 * MINUTE_MS), withStorage(40 * MINUTE_MS)]);
    await vi.advanceTimersByTimeAsync(LIFE_MS);
    expect(asked.map(({ atMs }) => atMs)).toEqual([LIFE_MS / 2, LIFE_MS]);
    keeper.close();
  });

  it('that are short are asked for again sooner, and every ten seconds once they are over', async () => {
    const { keeper, asked } = keep([withStorage(MINUTE_MS), answered('third'), answered('fourth'), answered('fifth')]);
    await vi.advanceTimersByTimeAsync(LIFE_MS / 2);
    await vi.advanceTimersByTimeAsync(65_000);
    const sinceMs = asked.map(({ atMs }) => atMs - LIFE_MS / 2);
    // Half of a minute, half of what is left, and then no more often than that.
    expect(sinceMs).toEqual([0, 30_000, 45_000, 55_000, 65_000]);
    keeper.close();
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '../api/api-problem.ts';
import { Resource } from './resource.ts';

const EVERY_MS = 5_000;

/** A page, and a server that answers when it is told to. */
function world(options: { readonly everyMs?: number } = { everyMs: EVERY_MS }) {
  const asked: { answer(value: string): void; fail(status?: number): void; readonly signal: AbortSignal }[] = [];
  let heard: (() => void) | undefined;
  const page = { isHidden: false };
  const load = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      const fail = (status = 502) => reject(new ApiProblem({ code: 'away', status }, 'It is away.'));
      asked.push({ answer: resolve, fail, signal });
    });
  const resource = new Resource(
    { load, ...options },
    {
      isHidden: () => page.isHidden,
      onReturn: (listener) => {
        heard = listener;
        return () => {
          heard = undefined;
        };
      },
    },
  );
  const answer = async (value: string) => {
    asked.at(-1)?.answer(value);
    await vi.advanceTimersByTimeAsync(0);
  };
  const fail = async (status?: number) => {
    asked.at(-1)?.fail(status);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { resource, asked, page, answer, fail, comeBack: () => heard?.(), isHeard: () => heard !== undefined };
}

describe('something that is asked for while it is seen', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is asked for again some time after each answer, and never twice at once', async () => {
    const { resource, asked, answer } = world();
    resource.start();
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect(asked).toHaveLength(1);
    await answer('one');
    expect([resource.value.value, resource.isLoading.value]).toEqual(['one', false]);
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect([asked.length, resource.value.value, resource.isLoading.value]).toEqual([2, 'one', true]);
  });

  it('is asked once where it stays as it is, and again only for what passes', async () => {
    const { resource, asked, answer, fail } = world({});
    resource.start();
    await fail();
    await vi.advanceTimersByTimeAsync(2 * EVERY_MS);
    expect(asked).toHaveLength(2);
    await answer('one');
    await vi.advanceTimersByTimeAsync(100 * EVERY_MS);
    expect([asked.length, resource.value.value]).toEqual([2, 'one']);

    const missing = world({});
    missing.resource.start();
    await missing.fail(404);
    await vi.advanceTimersByTimeAsync(100 * EVERY_MS);
    expect(missing.asked).toHaveLength(1);
  });

  it('rests while nobody looks, and is asked for when somebody does', async () => {
    const { resource, asked, page, answer, comeBack } = world();
    resource.start();
    await answer('one');
    page.isHidden = true;
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect(asked).toHaveLength(1);
    page.isHidden = false;
    comeBack();
    expect(asked).toHaveLength(2);
  });

  it('is not asked for by a short look away', async () => {
    const { resource, asked, answer, comeBack } = world();
    resource.start();
    await answer('one');
    comeBack();
    expect(asked).toHaveLength(1);
  });

  it('keeps what was heard when it fails, and is asked for less often', async () => {
    const { resource, asked, answer, fail } = world();
    resource.start();
    await answer('one');
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    await fail();
    expect([resource.value.value, resource.problem.value?.code]).toEqual(['one', 'away']);
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect(asked).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect(asked).toHaveLength(3);
    await answer('two');
    expect([resource.value.value, resource.problem.value]).toEqual(['two', undefined]);
  });

  it('goes by the newest of what was asked', async () => {
    const { resource, asked, answer } = world();
    resource.start();
    resource.reload();
    expect([asked.length, asked[0]?.signal.aborted]).toEqual([2, true]);
    asked[0]?.answer('old');
    await answer('new');
    expect(resource.value.value).toBe('new');
  });

  it('goes by what is told in between', async () => {
    const { resource, asked, answer } = world();
    resource.start();
    resource.put('told');
    await answer('late');
    expect([resource.value.value, resource.isLoading.value]).toEqual(['told', false]);
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect(asked).toHaveLength(2);
  });

  it('leaves nothing behind', async () => {
    const { resource, asked, isHeard } = world();
    resource.start();
    resource.stop();
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS);
    expect([asked.length, asked[0]?.signal.aborted, isHeard(), vi.getTimerCount()]).toEqual([1, true, false, 0]);
  });
});

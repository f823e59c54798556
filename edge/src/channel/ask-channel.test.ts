import { ChannelId } from '@sluice/contracts';
import { describe, expect, it, vi } from 'vitest';
import type { EdgeBindings } from '../environment.ts';
import { askChannel, type ChannelCalls } from './ask-channel.ts';

const CHANNEL_ID = ChannelId.parse('demo');

/** An error as the platform marks it. */
function marked(marks: object): Error {
  return Object.assign(new Error('from the platform'), marks);
}

/** Asks an object that fails so often, and answers then. */
function ask({ failures, isRepeatable = true }: { failures: readonly unknown[]; isRepeatable?: boolean }) {
  const left = [...failures];
  const getByName = vi.fn();
  const bindings = { CHANNEL: { getByName } } as unknown as Pick<EdgeBindings, 'CHANNEL'>;
  const call = async (_channel: ChannelCalls) => {
    if (left.length > 0) throw left.shift();
    return 'answered';
  };
  return { stubs: getByName.mock.calls, answer: askChannel(bindings, { channelId: CHANNEL_ID, isRepeatable }, call) };
}

describe('a call to a channel’s object', () => {
  it('that succeeds is made once', async () => {
    const { answer, stubs } = ask({ failures: [] });
    expect([await answer, stubs.length]).toEqual(['answered', 1]);
  });

  it.each([{ retryable: true }, { durableObjectReset: true }, { retryable: true, durableObjectReset: true }])(
    'that met a reset (%o) is made once more, with a stub of its own',
    async (marks) => {
      const { answer, stubs } = ask({ failures: [marked(marks)] });
      expect([await answer, stubs.length]).toEqual(['answered', 2]);
    },
  );

  it('is not made a third time', async () => {
    const reset = marked({ retryable: true });
    const { answer, stubs } = ask({ failures: [reset, reset, reset] });
    expect([await answer, stubs.length]).toEqual([{ kind: 'refused', code: 'unavailable' }, 2]);
  });

  it('is not repeated where that would do something twice', async () => {
    const { answer, stubs } = ask({ failures: [marked({ retryable: true })], isRepeatable: false });
    expect([await answer, stubs.length]).toEqual([{ kind: 'refused', code: 'unavailable' }, 1]);
  });

  it('is not repeated when the object has too much to do', async () => {
    const { answer, stubs } = ask({ failures: [marked({ overloaded: true, retryable: true })] });
    expect([await answer, stubs.length]).toEqual([{ kind: 'refused', code: 'unavailable' }, 1]);
  });

  it('that fails by our own fault fails', async () => {
    await expect(ask({ failures: [new TypeError('ours')] }).answer).rejects.toThrow('ours');
    await expect(ask({ failures: ['no error'] }).answer).rejects.toBe('no error');
  });
});

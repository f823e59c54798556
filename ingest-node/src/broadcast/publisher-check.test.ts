import { ChannelId, type CheckAnswer, type CheckReason } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import type { CallOutcome } from '../control/json-call.ts';
import { type Checkable, PublisherCheck } from './publisher-check.ts';

class Publisher implements Checkable {
  readonly checked;
  readonly cuts: CheckReason[] = [];
  restreamChanges = 0;
  constructor(channel: string, authorizedAtMs = 1) {
    this.checked = { channelId: ChannelId.parse(channel), keyId: 'key-1', authorizedAtMs };
  }
  cut(reason: CheckReason): void {
    this.cuts.push(reason);
  }
  onRestreamChanged(): void {
    this.restreamChanges += 1;
  }
}

/** Rounds until nobody is left to be asked about; `script` gives each round's answer, and may change who is there. */
async function rounds(publishers: Publisher[], script: (round: number) => CallOutcome<CheckAnswer>) {
  const asked: number[] = [];
  const troubles: string[] = [];
  const over = Promise.withResolvers<void>();
  const check = new PublisherCheck({
    everyMs: 0,
    publishers: () => {
      if (publishers.length === 0) over.resolve();
      return publishers;
    },
    ask: async (named) => {
      asked.push(named.length);
      return script(asked.length);
    },
    onTrouble: (why) => troubles.push(why),
  });
  check.wake();
  await over.promise;
  check.close();
  return { asked, troubles };
}

const ended = (...of: readonly { publisher: Publisher; reason: CheckReason }[]): CallOutcome<CheckAnswer> => ({
  kind: 'answered',
  answer: { ended: of.map(({ publisher, reason }) => ({ ...publisher.checked, reason })) },
});

describe('publishers', () => {
  it('are cut when the control API says so, and no others are', async () => {
    const [first, second, again] = [new Publisher('one'), new Publisher('two'), new Publisher('one', 2)];
    const present = [first, second, again];
    await rounds(present, (round) => {
      if (round === 2) present.length = 0;
      return ended({ publisher: first, reason: 'stream-key-disabled' });
    });
    expect(first.cuts).toEqual(['stream-key-disabled', 'stream-key-disabled']);
    expect([second.cuts, again.cuts]).toEqual([[], []]);
  });

  it.each<CallOutcome<CheckAnswer>>([
    { kind: 'unreachable', why: 'ECONNREFUSED' },
    { kind: 'refused', code: 'request-invalid', detail: '' },
  ])('go on when there is no answer: $kind', async (outcome) => {
    const publisher = new Publisher('one');
    const present = [publisher];
    const { troubles } = await rounds(present, (round) => {
      if (round === 3) present.length = 0;
      return outcome;
    });
    expect(publisher.cuts).toEqual([]);
    expect(troubles).toHaveLength(3);
  });

  it('hear of other restream targets of their channel, and those of others do not', async () => {
    const [one, two] = [new Publisher('one'), new Publisher('two')];
    const present = [one, two];
    await rounds(present, () => {
      present.length = 0;
      return { kind: 'answered', answer: { ended: [], restreamChanged: [two.checked.channelId] } };
    });
    expect([one.restreamChanges, two.restreamChanges]).toEqual([0, 1]);
  });

  it('are asked about in batches that the contract allows', async () => {
    const present = Array.from({ length: 1_001 }, (_, index) => new Publisher(`channel-${index}`));
    const { asked } = await rounds(present, (call) => {
      if (call === 2) present.length = 0;
      return ended();
    });
    expect(asked).toEqual([1_000, 1]);
  });
});

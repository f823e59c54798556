import { BroadcastId, ChannelId, type IngestEvent, type IngestEventsAnswer } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { EventOutbox, type NoticedEvent } from './event-outbox.ts';
import type { CallOutcome } from './json-call.ts';

const ANSWERED: CallOutcome<IngestEventsAnswer> = { kind: 'answered', answer: { kept: 1, dropped: 0 } };
const UNREACHABLE: CallOutcome<IngestEventsAnswer> = { kind: 'unreachable', why: 'ECONNREFUSED' };
const REFUSED: CallOutcome<IngestEventsAnswer> = { kind: 'refused', code: 'request-invalid', detail: '' };

const place = { channelId: ChannelId.parse('demo'), broadcastId: BroadcastId.parse('0123456789abcdef') };
const absent: NoticedEvent = { kind: 'publisher-absent', ...place, reason: 'peer-left' };
const figures: NoticedEvent = { kind: 'figures', ...place, fps: 30, bitrateBps: 2_000_000 };

/** An outbox whose control API answers as it is told, and waits for nothing. */
function outbox(answer: (count: number) => CallOutcome<IngestEventsAnswer>) {
  const batches: IngestEvent[][] = [];
  const troubles: string[] = [];
  const waiting = new Set<() => void>();
  const box = new EventOutbox({
    gatherMs: 0,
    backoffMs: 0,
    onTrouble: (why) => troubles.push(why),
    send: async (events) => {
      batches.push([...events]);
      for (const wake of waiting) wake();
      return answer(batches.length);
    },
  });
  const untilSent = async (count: number) => {
    while (batches.length < count) await new Promise<void>((resolve) => waiting.add(resolve));
  };
  return { box, batches, troubles, untilSent };
}

describe('what happens to broadcasts', () => {
  it('is told once, all that happened together in one batch, each with an id of its own', async () => {
    const { box, batches, untilSent } = outbox(() => ANSWERED);
    box.add(absent);
    box.add(figures);
    await untilSent(1);
    await box.close();
    expect(batches).toHaveLength(1);
    expect(batches[0]).toMatchObject([absent, figures]);
    expect(new Set(batches[0]?.map(({ eventId }) => eventId)).size).toBe(2);
  });

  it('is told again, under the same id, while nobody answers', async () => {
    const { box, batches, troubles, untilSent } = outbox((count) => (count < 3 ? UNREACHABLE : ANSWERED));
    box.add(absent);
    await untilSent(3);
    await box.close();
    expect(batches).toHaveLength(3);
    expect(batches[2]).toEqual(batches[0]);
    expect(troubles).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
  });

  it('is not told again when it is refused', async () => {
    const { box, batches, untilSent } = outbox(() => REFUSED);
    box.add(absent);
    await untilSent(1);
    await box.close();
    expect(batches).toHaveLength(1);
  });

  it('goes in batches of a hundred', async () => {
    const { box, batches, untilSent } = outbox(() => ANSWERED);
    for (let count = 0; count < 250; count += 1) box.add(absent);
    await untilSent(3);
    await box.close();
    expect(batches.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it('is kept up to a bound: figures give way first, and then the oldest', async () => {
    const { box, batches } = outbox(() => ANSWERED);
    box.add(absent);
    for (let count = 0; count < 10; count += 1) box.add(figures);
    for (let count = 0; count < 2_000; count += 1) box.add({ ...absent, reason: `reason-${count}` });
    await box.close();
    const told = batches.flat();
    expect(told).toHaveLength(2_000);
    expect(told.filter(({ kind }) => kind === 'figures')).toEqual([]);
    expect(told.at(-1)).toMatchObject({ reason: 'reason-1999' });
    expect(told[0]).toMatchObject({ reason: 'reason-0' });
  });

  it('is told a last time at the end, and no more', async () => {
    const { box, batches } = outbox(() => UNREACHABLE);
    box.add(absent);
    await box.close();
    expect(batches).toHaveLength(1);
  });
});

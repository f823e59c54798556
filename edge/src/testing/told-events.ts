import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { type ChannelId, EdgeEvent, EdgeEvents } from '@sluice/contracts';
import { expect, vi } from 'vitest';
import { z } from 'zod';
import type { ControlMood } from './control-mood.ts';
import { channelStub } from './edge-client.ts';

const Book = z.object({
  batches: z.array(z.object({ authorization: z.string().optional(), body: EdgeEvents, status: z.int() })),
  taken: z.array(EdgeEvent),
});
/** What the control API's stand-in was sent of a channel: every batch as it came, and the events that it took. */
export type Book = z.infer<typeof Book>;

export async function bookOf(channelId: ChannelId): Promise<Book> {
  return Book.parse(await (await fetch(`${env.CONTROL_URL}/told/${channelId}`)).json());
}

/** What the stand-in makes of the channel's events from now on. */
export async function setMood(channelId: ChannelId, mood: ControlMood): Promise<void> {
  await (await fetch(`${env.CONTROL_URL}/told/${channelId}`, { method: 'PUT', body: JSON.stringify(mood) })).text();
}

/** The kinds of what it took, once these are all. */
export async function untilTold(channelId: ChannelId, kinds: readonly EdgeEvent['kind'][]): Promise<EdgeEvent[]> {
  return vi.waitFor(async () => {
    const { taken } = await bookOf(channelId);
    expect(taken.map(({ kind }) => kind)).toEqual(kinds);
    return taken;
  }, 10_000);
}

/** Once the stand-in was sent that many batches. */
export async function untilSent(channelId: ChannelId, count: number): Promise<Book> {
  return vi.waitFor(async () => {
    const book = await bookOf(channelId);
    expect(book.batches.length).toBeGreaterThanOrEqual(count);
    return book;
  }, 10_000);
}

/** Events that the channel's object keeps. */
export async function keptEvents(channelId: ChannelId): Promise<EdgeEvent[]> {
  return runInDurableObject(channelStub(channelId), (_object, { storage }) =>
    [...storage.kv.list({ prefix: 'events/outbox/' })].map(([, event]) => EdgeEvent.parse(event)),
  );
}

/** Once all that the channel's object kept was taken, and its alarm has nothing more to do for it. */
export async function untilAllTold(channelId: ChannelId): Promise<void> {
  await vi.waitFor(async () => expect(await keptEvents(channelId)).toEqual([]), 10_000);
  await runDurableObjectAlarm(channelStub(channelId));
}

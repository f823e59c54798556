import { runInDurableObject } from 'cloudflare:test';
import { expect, vi } from 'vitest';
import { WindowRecord } from '../channel/kept-records.ts';
import { channelStub } from './edge-client.ts';
import type { TestPublisher } from './test-publisher.ts';

/**
 * Resolves once the channel's object has stored all renditions up to that segment: what it stores it stores after the
 * answers have left.
 */
export async function untilStored({ channelId, broadcastId }: TestPublisher, msn: number): Promise<void> {
  await vi.waitFor(async () => {
    const lastMsns = await runInDurableObject(channelStub(channelId), (_object, { storage }) => {
      const { states } = WindowRecord.parse(storage.kv.get(`window/${broadcastId}`));
      return Object.values(states).map(({ recent }) => recent.findLast(({ isComplete }) => isComplete)?.msn);
    });
    expect(new Set(lastMsns)).toEqual(new Set([msn]));
  }, 10_000);
}

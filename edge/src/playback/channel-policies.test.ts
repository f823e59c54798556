import { ChannelId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PolicyReply } from '../channel/channel-replies.ts';
import { ChannelPolicies } from './channel-policies.ts';

const CHANNEL = ChannelId.parse('demo');
const T0_MS = Date.UTC(2026, 10, 26);
const TOKEN = { jti: 'one', issuedAtMs: T0_MS - 1 };

/** The channel's object, as the isolate asks it. */
let reply: PolicyReply;
let asked: number;
let inBackground: Promise<unknown>[];
let policies: ChannelPolicies;
beforeEach(() => {
  vi.useFakeTimers({ now: T0_MS });
  reply = { kind: 'policy', policy: { version: 0, revocations: [] }, agedMs: 0 };
  asked = 0;
  inBackground = [];
  policies = new ChannelPolicies();
});
afterEach(() => void vi.useRealTimers());

const life = { waitUntil: (promise: Promise<unknown>) => void inBackground.push(promise) };
const UNAVAILABLE: PolicyReply = { kind: 'refused', code: 'unavailable' };

function revoke(version: number): void {
  reply = { kind: 'policy', policy: { version, revocations: [{ issuedBeforeMs: T0_MS, jti: 'one' }] }, agedMs: 0 };
}

async function ask(): Promise<PolicyReply> {
  asked += 1;
  return reply;
}

/** What becomes of a viewer at that time; what goes on behind its back is done then, too. */
async function viewerAt(sinceMs: number): Promise<'in' | 'revoked' | 'nobody-knows'> {
  vi.setSystemTime(T0_MS + sinceMs);
  const policy = await policies.current(CHANNEL, ask, life);
  await Promise.all(inBackground.splice(0));
  if (policy === undefined) return 'nobody-knows';
  return policy.revocations.hits(TOKEN) ? 'revoked' : 'in';
}

describe('what was revoked on a channel', () => {
  it('is asked for once in five seconds, however many viewers come', async () => {
    for (let sinceMs = 0; sinceMs < 60_000; sinceMs += 100) {
      expect(new Set(await Promise.all([viewerAt(sinceMs), viewerAt(sinceMs)]))).toEqual(new Set(['in']));
    }
    expect(asked).toBe(12);
  });

  it('is asked for no more often of a relay that heard of it some seconds ago', async () => {
    reply = { kind: 'policy', policy: { version: 0, revocations: [] }, agedMs: 4_000 };
    for (let sinceMs = 0; sinceMs < 60_000; sinceMs += 100) expect(await viewerAt(sinceMs)).toBe('in');
    expect(asked).toBe(12);
  });

  it('counts within ten seconds for viewers who come all the time', async () => {
    await viewerAt(0);
    revoke(1);
    const seen = [];
    for (let sinceMs = 100; sinceMs < 10_000; sinceMs += 100) seen.push(await viewerAt(sinceMs));
    expect(seen.indexOf('revoked')).toBeGreaterThan(0);
    expect(seen.slice(seen.indexOf('revoked'))).not.toContain('in');
    expect(seen.indexOf('revoked') * 100).toBeLessThanOrEqual(5_000);
  });

  it('counts within ten seconds for one who comes seldom: what is older is not gone by', async () => {
    await viewerAt(0);
    revoke(1);
    expect(await viewerAt(10_000)).toBe('revoked');
  });

  it('lets nobody in when it could not be asked for ten seconds, and everybody again once it can', async () => {
    await viewerAt(0);
    reply = UNAVAILABLE;
    expect([await viewerAt(5_000), await viewerAt(9_999)]).toEqual(['in', 'in']);
    expect(await viewerAt(10_000)).toBe('nobody-knows');
    // Asked a moment ago: the answer would be the same.
    const askedBefore = asked;
    expect([await viewerAt(10_001), await viewerAt(10_998), asked]).toEqual([
      'nobody-knows',
      'nobody-knows',
      askedBefore,
    ]);
    reply = { kind: 'policy', policy: { version: 0, revocations: [] }, agedMs: 0 };
    expect(await viewerAt(11_000)).toBe('in');
  });

  it('is as old as the channel’s own object says, not as the one who passes it on', async () => {
    reply = { kind: 'policy', policy: { version: 0, revocations: [] }, agedMs: 7_000 };
    expect(await viewerAt(0)).toBe('in');
    reply = UNAVAILABLE;
    expect(await viewerAt(2_999)).toBe('in');
    expect(await viewerAt(3_000)).toBe('nobody-knows');
  });

  it('does not go back to an older version that comes by a longer way', async () => {
    revoke(2);
    expect(await viewerAt(0)).toBe('revoked');
    reply = { kind: 'policy', policy: { version: 1, revocations: [] }, agedMs: 0 };
    expect(await viewerAt(5_000)).toBe('revoked');
    // The older version says nothing of the time since, so what is known gets old all the same.
    expect(await viewerAt(10_000)).toBe('nobody-knows');
  });

  it('comes with the sites that may embed the channel, and any may where nothing was said', async () => {
    const sites = async (sinceMs: number) => {
      await viewerAt(sinceMs);
      return (await policies.current(CHANNEL, ask, life))?.embedSites;
    };
    expect(await sites(0)).toBeNull();
    const embedding = { embedSites: ['example.com'], channelCreatedAtMs: 1, channelVersion: 1 };
    reply = { kind: 'policy', policy: { version: 1, revocations: [], embedding }, agedMs: 0 };
    expect(await sites(10_000)).toEqual(['example.com']);
  });

  it('is remembered of a bounded number of channels: the one that was used the longest ago is asked for anew', async () => {
    for (let index = 0; index < 1_000; index += 1)
      await policies.current(ChannelId.parse(`channel-${index}`), ask, life);
    await policies.current(ChannelId.parse('channel-0'), ask, life);
    expect(asked).toBe(1_000);
    await policies.current(ChannelId.parse('channel-1000'), ask, life);
    await policies.current(ChannelId.parse('channel-0'), ask, life);
    expect(asked).toBe(1_001);
    await policies.current(ChannelId.parse('channel-1'), ask, life);
    expect(asked).toBe(1_002);
  });
});

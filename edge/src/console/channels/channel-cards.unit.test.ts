import { describe, expect, it } from 'vitest';
import type { Broadcast, BroadcastHealth } from '../api/broadcast.ts';
import type { Channel } from '../api/channel.ts';
import { channelCards } from './channel-cards.ts';
import { healthGlance } from './health-glance.ts';

const NOW_MS = Date.UTC(2026, 10, 26, 20);
const MINUTE_MS = 60_000;

function channel(channelId: string, more: Partial<Channel> = {}): Channel {
  return {
    channelId,
    profile: 'low',
    takeover: 'take-over',
    reconnectWindowMs: 60_000,
    dvrWindowS: 300,
    ingestBitrateBpsMax: 50_000_000,
    isDisabled: false,
    isPrivate: false,
    delivery: 'separate',
    onDemand: false,
    isRecorded: false,
    recordingRetentionDays: null,
    hasSrtPassphrase: false,
    createdAtMs: 0,
    updatedAtMs: 0,
    isBeingDeleted: false,
    ...more,
  };
}

const HEALTH: BroadcastHealth = { atMs: NOW_MS, fps: 29.97, bitrateBps: 6_249_000 };

function broadcast(channelId: string, more: Partial<Broadcast> = {}): Broadcast {
  return {
    broadcastId: '0mgx1c2d3o4e5f6g7h',
    channelId,
    state: 'live',
    startedAtMs: NOW_MS,
    endedAtMs: null,
    profile: 'low',
    isPrivate: false,
    isRecorded: false,
    absentSinceMs: null,
    viewers: 0,
    health: HEALTH,
    warnings: [],
    ...more,
  };
}

const NONE = { channels: [], live: [], lastLiveAtMs: new Map<string, number>(), filter: '' };

describe('the channels as they are shown', () => {
  it('are the live ones, then those that were live last, then the others by name', () => {
    const cards = channelCards({
      ...NONE,
      channels: ['a', 'b', 'c', 'd', 'e'].map((name) => channel(`${name}${name}`)),
      live: [broadcast('dd'), broadcast('bb')],
      lastLiveAtMs: new Map([
        ['cc', 1],
        ['ee', 2],
      ]),
    });
    expect(cards.map(({ channelId }) => channelId)).toEqual(['bb', 'dd', 'ee', 'cc', 'aa']);
  });

  it('tell when they were live last: as the server says, or as this page has seen since', () => {
    const ended = { lastBroadcast: { endedAtMs: 5 } };
    const cards = channelCards({
      ...NONE,
      channels: [channel('aa', { lastBroadcast: null }), channel('bb', ended), channel('cc', ended), channel('dd')],
      lastLiveAtMs: new Map([
        ['cc', 9],
        ['dd', 3],
      ]),
    });
    expect(cards.map(({ channelId, lastLiveAtMs }) => [channelId, lastLiveAtMs])).toEqual([
      ['cc', 9],
      ['bb', 5],
      ['dd', 3],
      ['aa', undefined],
    ]);
  });

  it('are also those that are live and not loaded yet', () => {
    const [card] = channelCards({ ...NONE, live: [broadcast('far', { isPrivate: true, profile: 'ultra' })] });
    expect(card).toMatchObject({ channelId: 'far', isPrivate: true, profile: 'ultra', isDisabled: false });
  });

  it('are what the broadcast is, whatever the channel has become', () => {
    const live = [broadcast('aa', { isPrivate: false })];
    expect(channelCards({ ...NONE, channels: [channel('aa', { isPrivate: true })], live })[0]?.isPrivate).toBe(false);
  });

  it('are found by a part of the name', () => {
    const channels = [channel('court-1'), channel('studio')];
    expect(channelCards({ ...NONE, channels, filter: ' COURT ' }).map(({ channelId }) => channelId)).toEqual([
      'court-1',
    ]);
  });
});

describe('how a broadcast is, at a glance', () => {
  const warning = (sentence: string, agoMs: number) => ({ code: 'x', sentence, count: 1, lastAtMs: NOW_MS - agoMs });

  it('is its figures where all is well', () => {
    expect(healthGlance(broadcast('aa'), NOW_MS)).toEqual({
      kind: 'good',
      figures: '6.2 Mbit/s · 30 fps',
      trouble: undefined,
    });
  });

  it('is the newest warning that still holds', () => {
    const warnings = [warning('old', 5 * MINUTE_MS), warning('newer', 2 * MINUTE_MS), warning('newest', MINUTE_MS)];
    expect(healthGlance(broadcast('aa', { warnings }), NOW_MS)).toMatchObject({ kind: 'warning', trouble: 'newest' });
    expect(healthGlance(broadcast('aa', { warnings: warnings.slice(0, 1) }), NOW_MS).kind).toBe('good');
  });

  it('is that nobody sends, before anything else', () => {
    const away = broadcast('aa', { absentSinceMs: NOW_MS - 1, warnings: [warning('w', 0)] });
    expect(healthGlance(away, NOW_MS)).toMatchObject({ kind: 'absent', figures: undefined });
  });

  it('is not known at first', () => {
    expect(healthGlance(broadcast('aa', { health: null }), NOW_MS)).toMatchObject({
      kind: 'unknown',
      figures: undefined,
    });
  });
});

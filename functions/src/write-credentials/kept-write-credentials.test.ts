import { ChannelId, type StorageCredentials } from '@sluice/contracts';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { KeptWriteCredentials } from './kept-write-credentials.ts';

const MINUTE_MS = 60_000;
const demo = ChannelId.parse('demo');

let nowMs: number;
let made: string[];
let isAway: boolean;
let kept: KeptWriteCredentials;
beforeEach(() => {
  nowMs = Date.UTC(2026, 10, 1);
  made = [];
  isAway = false;
  kept = new KeptWriteCredentials({
    log: pino({ level: 'silent' }),
    nowMs: () => nowMs,
    source: {
      make: async (channelId) => {
        if (isAway) throw new Error('STS is away');
        made.push(channelId);
        const sessionToken = `${channelId} ${made.length}`;
        return { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken, expiresAtMs: nowMs + 60 * MINUTE_MS };
      },
    },
  });
});

const tokenOf = (credentials: StorageCredentials | undefined) => credentials?.sessionToken;

describe('credentials of channels', () => {
  it('are made once for all who ask in the first twenty minutes, and are good for forty then', async () => {
    const asked = await Promise.all([kept.of(demo), kept.of(demo), kept.of(ChannelId.parse('other'))]);
    expect(asked.map(tokenOf)).toEqual(['demo 1', 'demo 1', 'other 2']);
    nowMs += 20 * MINUTE_MS;
    expect(tokenOf(await kept.of(demo))).toBe('demo 1');
    nowMs += 1;
    expect(tokenOf(await kept.of(demo))).toBe('demo 3');
  });

  it('are those that there are, while no others can be made, for as long as they are good for something', async () => {
    await kept.of(demo);
    isAway = true;
    nowMs += 50 * MINUTE_MS;
    expect(tokenOf(await kept.of(demo))).toBe('demo 1');
    nowMs += 1;
    expect(await kept.of(demo)).toBeUndefined();
    expect(await kept.of(ChannelId.parse('other'))).toBeUndefined();
    isAway = false;
    expect(tokenOf(await kept.of(demo))).toBe('demo 2');
  });

  it('are kept of two thousand channels, those that ask most', async () => {
    await kept.of(demo);
    for (let index = 0; index < 1_999; index += 1) await kept.of(ChannelId.parse(`channel-${index}`));
    await kept.of(demo);
    await kept.of(ChannelId.parse('one-more'));
    expect(kept.channelCount).toBe(2_000);
    const before = made.length;
    await kept.of(demo);
    expect(made).toHaveLength(before);
    await kept.of(ChannelId.parse('channel-0'));
    expect(made).toHaveLength(before + 1);
  });
});

import { ChannelStatus } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { readSentence, readStatus } from './status-reader.ts';

const LIVE = {
  channelId: 'demo',
  state: 'live',
  version: '7',
  broadcast: { broadcastId: '0001a2b3c4d5e6f7', startedAtMs: 1_790_000_000_000, profile: 'low' },
};

describe('readStatus', () => {
  it.each([
    ['live', LIVE],
    ['starting, with a broadcast', { ...LIVE, state: 'starting' }],
    ['starting, without', { ...LIVE, state: 'starting', broadcast: null }],
    ['offline', { ...LIVE, state: 'offline', broadcast: null }],
    ['private', { ...LIVE, state: 'private', broadcast: null }],
  ])('reads what the contract allows: %s', (_, body) => {
    const { state, version, broadcast } = ChannelStatus.parse(body);
    expect(readStatus(body)).toEqual({ state, version, broadcast: broadcast ?? undefined });
  });

  it.each([
    ['nothing', undefined],
    ['a string', 'live'],
    ['another state', { ...LIVE, state: 'paused' }],
    ['no version', { ...LIVE, version: undefined }],
    ['live without a broadcast', { ...LIVE, broadcast: null }],
    ['another profile', { ...LIVE, broadcast: { ...LIVE.broadcast, profile: 'fast' } }],
    ['a broadcast without an id', { ...LIVE, broadcast: { startedAtMs: 1, profile: 'low' } }],
  ])('refuses %s', (_, body) => {
    expect(readStatus(body)).toBeUndefined();
  });
});

it('a sentence for people is read out of a Problem, and out of nothing else', () => {
  expect(readSentence({ status: 403, detail: 'The link has expired.' })).toBe('The link has expired.');
  for (const body of [undefined, 'detail', [], {}, { detail: 1 }]) expect(readSentence(body)).toBeUndefined();
});

import { describe, expect, it } from 'vitest';
import { BROADCAST_LIFE, type BroadcastInput, nextBroadcastState } from './broadcast-life.ts';

const ENDINGS: readonly BroadcastInput[] = ['fenced', 'transcoder-died', 'publication-failed', 'node-stopping'];

describe('the life of a broadcast', () => {
  it.each(ENDINGS)('ends by %s, whether its publisher is there or not', (input) => {
    expect(nextBroadcastState('live', input)).toBe('ending');
    expect(nextBroadcastState('absent', input)).toBe('ending');
  });

  it('outlives a dropped publisher who comes back', () => {
    expect(nextBroadcastState('live', 'publisher-dropped')).toBe('absent');
    expect(nextBroadcastState('absent', 'publisher-joined')).toBe('live');
  });

  it('takes no second publisher while it has one', () => {
    expect(nextBroadcastState('live', 'publisher-joined')).toBeUndefined();
  });

  it.each(['ending', 'ended'] as const)('knows no way back out of %s', (state) => {
    const ways = Object.entries(BROADCAST_LIFE[state]);
    expect(ways).toEqual(state === 'ending' ? [['drained', 'ended']] : []);
  });
});

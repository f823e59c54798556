import { describe, expect, it } from 'vitest';
import type { RestreamStatus, RestreamTarget } from '../api/restream-target.ts';
import { targetWords } from './target-words.ts';

const NOW_MS = 1_000_000;
function target(status: Partial<RestreamStatus> | null, isDisabled = false): RestreamTarget {
  const told = { sinceMs: NOW_MS - 65_000, sentBytes: 0, bitrateBps: 0, droppedPackets: 0, receivedAtMs: NOW_MS };
  return {
    ...{ channelId: 'demo', targetId: 'a1b2c3d4', address: 'rtmps://live.example.com/app', label: '', isDisabled },
    status: status === null ? null : { state: 'live', ...told, ...status },
  };
}

describe('the push to a target', () => {
  it.each([
    ['is paused', target({}, true), true, ['Paused', 'Nothing is pushed to it.']],
    ['waits for the channel', target(null), false, ['Idle', 'It is pushed to while the channel is live.']],
    ['begins', target(null), true, ['Starting', 'Its ingest node has not told of it yet.']],
    ['goes on', target({ bitrateBps: 6_000_000 }), true, ['Live', '6.0 Mbit/s for 1:05.']],
    [
      'is too slow',
      target({ bitrateBps: 6_000_000, droppedPackets: 3 }),
      true,
      ['Live', '6.0 Mbit/s for 1:05. 3 packets were left out: it is too slow.'],
    ],
    [
      'is tried again',
      target({ state: 'failing', reason: 'refused' }),
      true,
      ['Retrying', 'It said no. Most often, the key is wrong.'],
    ],
    [
      'is tried again, in its own words',
      target({ state: 'failing', sentence: 'NetStream.Publish.BadName' }),
      true,
      ['Retrying', 'NetStream.Publish.BadName'],
    ],
    ['is of another time', target({ state: 'resting', reason: 'some-reason' }), true, ['resting', 'some reason']],
  ] as const)('%s', (_how, it, isLive, [state, sentence]) => {
    expect(targetWords(it, isLive, NOW_MS)).toMatchObject({ state, sentence });
  });
});

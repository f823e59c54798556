import { ChannelId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { DIRECTORY_SHARDS, directoryShard } from './directory-address.ts';
import { KnownChannels } from './known-channels.ts';

const DEMO = ChannelId.parse('demo');

describe('what an isolate remembers of the directory', () => {
  it('is a yes for minutes, and a no for a second', () => {
    const known = new KnownChannels();
    known.remember(DEMO, true, 0);
    known.remember(ChannelId.parse('none'), false, 0);
    expect([known.recall(DEMO, 599_999), known.recall(ChannelId.parse('none'), 999)]).toEqual([true, false]);
    expect([known.recall(DEMO, 600_000), known.recall(ChannelId.parse('none'), 1_000)]).toEqual([undefined, undefined]);
  });

  it('is what it was, where the directory cannot be asked', () => {
    const known = new KnownChannels();
    known.remember(DEMO, true, 0);
    expect([known.recall(DEMO, 600_000), known.wasChannel(DEMO)]).toEqual([undefined, true]);
    known.remember(DEMO, false, 600_001);
    expect(known.wasChannel(DEMO)).toBe(false);
  });

  it('becomes a yes when the channel is found', () => {
    const known = new KnownChannels();
    known.remember(DEMO, false, 0);
    known.remember(DEMO, true, 10);
    expect(known.recall(DEMO, 5_000)).toBe(true);
  });

  it('is no more than ten thousand names, whatever strangers ask for', () => {
    const known = new KnownChannels();
    known.remember(DEMO, true, 0);
    for (let number = 0; number < 10_001; number += 1) known.remember(ChannelId.parse(`none-${number}`), false, 1);
    const recalled = [DEMO, 'none-0', 'none-1'].map((name) => known.recall(ChannelId.parse(name), 2));
    // And they push out no channel.
    expect([known.size, ...recalled]).toEqual([10_001, true, undefined, false]);
  });
});

it('the directory’s objects share channels evenly, and always the same way', () => {
  const counts = new Array<number>(DIRECTORY_SHARDS).fill(0);
  for (let number = 0; number < 16_000; number += 1) {
    const shard = directoryShard(ChannelId.parse(`channel-${number}`));
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(800);
  expect(Math.max(...counts)).toBeLessThan(1_200);
  expect(directoryShard(DEMO)).toBe(directoryShard(DEMO));
});

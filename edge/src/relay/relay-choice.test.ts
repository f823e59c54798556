import { ChannelId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { RelayAddress, readRelayName, relayName, SHARDS_MAX } from './relay-address.ts';
import { RelayChoice } from './relay-choice.ts';

const CHANNEL_ID = ChannelId.parse('demo');

function shardsOf(seat: number, counts: readonly number[]): number[] {
  const choice = new RelayChoice(seat);
  return counts.map((count) => {
    choice.note(choice.address(CHANNEL_ID, 'weur'), count);
    return choice.address(CHANNEL_ID, 'weur').shard;
  });
}

describe('the relay that an isolate asks', () => {
  it('is the first of its region until there are more', () => {
    expect(new RelayChoice(0.99).address(CHANNEL_ID, 'apac')).toEqual({ channelId: 'demo', region: 'apac', shard: 0 });
  });

  it('follows from its seat, however many there are, and is one that there is', () => {
    expect(shardsOf(0.99, [1, 2, 4, SHARDS_MAX, 2, 1])).toEqual([0, 1, 3, SHARDS_MAX - 1, 1, 0]);
    expect(shardsOf(0.3, [1, 2, 4, 8])).toEqual([0, 0, 1, 2]);
  });

  it('is told for each channel and region by itself', () => {
    const choice = new RelayChoice(0.9);
    choice.note({ channelId: CHANNEL_ID, region: 'weur', shard: 0 }, 4);
    expect(choice.address(CHANNEL_ID, 'apac').shard).toBe(0);
    expect(choice.address(ChannelId.parse('other'), 'weur').shard).toBe(0);
    expect(choice.address(CHANNEL_ID, 'weur').shard).toBe(3);
  });
});

describe('a relay’s name', () => {
  it('says where it is', () => {
    const address = RelayAddress.parse({ channelId: 'my-channel', region: 'me', shard: 15 });
    expect(readRelayName(relayName(address))).toEqual(address);
  });

  it.each([undefined, '', 'demo', 'demo/weur', 'demo/nowhere/0', 'demo/weur/16', 'demo/weur/x', 'DEMO/weur/0'])(
    'is none of ours when it is %j',
    (name) => {
      expect(() => readRelayName(name)).toThrow();
    },
  );
});

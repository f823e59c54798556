import { expect, it } from 'vitest';
import { PlayerCount } from './player-count.ts';

it('lets so many in for a channel, and so many in all', () => {
  const players = new PlayerCount({ perChannelMax: 2, perNodeMax: 3 });
  const entered = ['a', 'a', 'a', 'b', 'c'].map((channelId) => players.enter(channelId));
  expect(entered).toEqual([true, true, false, true, false]);
  expect(players.total).toBe(3);
});

it('has room again when somebody has left', () => {
  const players = new PlayerCount({ perChannelMax: 1, perNodeMax: 2 });
  players.enter('a');
  players.enter('b');
  players.leave('a');
  expect(players.enter('b')).toBe(false);
  expect(players.enter('a')).toBe(true);
});

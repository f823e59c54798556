import { describe, expect, it } from 'vitest';
import type { PlayAnswer, PlayListener } from './player.ts';
import { PlayerCount } from './player-count.ts';
import { PlayerLink } from './player-link.ts';

const NO: PlayAnswer = { ok: false, sentence: 'No.' };

/** A link, what came of it, and the handler's answer in the test's hand. */
function open(players = new PlayerCount(), onEvents: (link: PlayerLink) => void = () => undefined) {
  const told: string[] = [];
  const answer = Promise.withResolvers<PlayAnswer>();
  let listener: PlayListener | undefined;
  const link: PlayerLink = new PlayerLink({
    attempt: { channelId: 'channel', token: undefined, clientAddress: '127.0.0.1' },
    onPlay: () => answer.promise,
    players,
    onGranted: () => told.push('granted'),
    onRefused: (sentence) => told.push(`refused: ${sentence}`),
    onEvents: (events) => {
      told.push(`${events.length} events`);
      onEvents(link);
    },
    onBroadcastEnd: () => told.push('over'),
    onFault: () => told.push('fault'),
  });
  const asked = link.ask();
  const yes: PlayAnswer = {
    ok: true,
    subscribe: (given) => {
      listener = given;
      given.onEvents([]);
      return () => told.push('unsubscribed');
    },
  };
  const settle = async (given: PlayAnswer) => {
    answer.resolve(given);
    await asked;
  };
  return { link, told, players, yes, settle, asked, fail: answer.reject, listener: () => listener };
}

describe('after a yes', () => {
  it('hands on what comes, until the player leaves, and then is not told', async () => {
    const { link, told, players, yes, settle, listener } = open();
    expect(players.total).toBe(1);
    await settle(yes);
    listener()?.onEvents([{ kind: 'metadata' }]);
    link.end();
    link.end();
    listener()?.onEvents([{ kind: 'metadata' }]);
    listener()?.onEnd();
    expect(told).toEqual(['granted', '0 events', '1 events', 'unsubscribed']);
    expect(players.total).toBe(0);
  });

  it('hands on the end of the broadcast', async () => {
    const { told, yes, settle, listener } = open();
    await settle(yes);
    listener()?.onEnd();
    expect(told.at(-1)).toBe('over');
  });

  it('leaves when the first events were its end already', async () => {
    const { told, players, yes, settle } = open(new PlayerCount(), (link) => link.end());
    await settle(yes);
    expect(told).toEqual(['granted', '0 events', 'unsubscribed']);
    expect(players.total).toBe(0);
  });
});

describe('without a yes', () => {
  it('says why, and is counted until it has gone', async () => {
    const { link, told, players, settle } = open();
    await settle(NO);
    expect(told).toEqual(['refused: No.']);
    link.end();
    expect(players.total).toBe(0);
  });

  it('takes no answer when the player has left meanwhile', async () => {
    for (const given of ['yes', 'no'] as const) {
      const { link, told, yes, settle } = open();
      link.end();
      await settle(given === 'yes' ? yes : NO);
      expect(told).toEqual([]);
    }
  });

  it('blames us when the handler fails, and says nothing of it', async () => {
    const { told, fail, asked } = open();
    fail(new Error('a secret of ours'));
    await asked;
    expect(told).toEqual(['fault', 'refused: Something went wrong on the server. Try again in a moment.']);
  });

  it('asks nobody where there are as many players as may be, and gives back no place that it never had', async () => {
    const players = new PlayerCount({ perChannelMax: 1 });
    const first = open(players);
    const second = open(players);
    await second.asked;
    expect(second.told).toEqual([expect.stringMatching(/^refused: As many players/)]);
    second.link.end();
    expect(players.total).toBe(1);
    first.link.end();
    expect(players.total).toBe(0);
  });
});

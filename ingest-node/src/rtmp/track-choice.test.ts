import { expect, it } from 'vitest';
import { TrackChoice } from './track-choice.ts';

const ids = (...trackIds: number[]) => trackIds.map((trackId) => ({ trackId }));

it('takes the lowest track of the first message, and stays with it', () => {
  const choice = new TrackChoice();
  expect(choice.choose(ids(2, 1))).toEqual(ids(1));
  expect(choice.choose(ids(0))).toEqual([]);
  expect(choice.choose(ids(1, 2))).toEqual(ids(1));
  expect(choice.chosen).toBe(1);
});

it('names the tracks that were left out, once', () => {
  const choice = new TrackChoice();
  choice.choose(ids(0));
  expect(choice.takeOthersOnce()).toEqual([]);
  choice.choose(ids(0, 3, 2));
  expect(choice.takeOthersOnce()).toEqual([2, 3]);
  choice.choose(ids(4));
  expect(choice.takeOthersOnce()).toEqual([]);
});

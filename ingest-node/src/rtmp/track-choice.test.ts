import { expect, it } from 'vitest';
import { TrackChoice } from './track-choice.ts';

const configs = (...trackIds: number[]) => trackIds.map((trackId) => ({ trackId, kind: 'config' }));
const frames = (...trackIds: number[]) => trackIds.map((trackId) => ({ trackId, kind: 'frames' }));

it('takes the lowest track of the first message, and stays with it once it has given frames', () => {
  const choice = new TrackChoice();
  expect(choice.choose(configs(2, 1))).toEqual(configs(1));
  expect(choice.choose(frames(1, 2))).toEqual(frames(1));
  expect(choice.choose(configs(0))).toEqual([]);
  expect(choice.choose(frames(1, 0))).toEqual(frames(1));
  expect(choice.chosen).toBe(1);
});

it('takes a lower track that introduces itself before there were frames', () => {
  const choice = new TrackChoice();
  expect(choice.choose(configs(1))).toEqual(configs(1));
  expect(choice.choose(configs(0))).toEqual(configs(0));
  expect(choice.choose(frames(1))).toEqual([]);
  expect(choice.choose(frames(0))).toEqual(frames(0));
  expect(choice.takeOthersOnce()).toEqual([1]);
});

it('names the tracks that were left out, once', () => {
  const choice = new TrackChoice();
  choice.choose(configs(0));
  expect(choice.takeOthersOnce()).toEqual([]);
  choice.choose(frames(0, 3, 2));
  expect(choice.takeOthersOnce()).toEqual([2, 3]);
  choice.choose(frames(4));
  expect(choice.takeOthersOnce()).toEqual([]);
});

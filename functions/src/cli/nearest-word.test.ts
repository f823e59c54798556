import { expect, it } from 'vitest';
import { nearestWord } from './nearest-word.ts';

const WORDS = ['channels', 'keys', 'live', 'recordings', 'clips'];

it.each([
  ['chanels', 'channels'],
  ['channel', 'channels'],
  ['lvie', 'live'],
  ['recordigns', 'recordings'],
  ['rec', 'recordings'],
  ['kezs', 'keys'],
])('takes %s for %s', (typed, word) => {
  expect(nearestWord(typed, WORDS)).toBe(word);
});

it('takes a word for none that is far', () => {
  expect(nearestWord('restart', WORDS)).toBeUndefined();
  expect(nearestWord('xy', ['ab'])).toBeUndefined();
});

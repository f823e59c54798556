import { describe, expect, it } from 'vitest';
import { harmless, textWidth, truncated, wrapped } from './text-width.ts';

describe('the width of a text', () => {
  it.each([
    ['', 0],
    ['studio', 6],
    ['Zürich', 6],
    ['Zu\u0308rich', 6],
    ['東京', 4],
    ['한국', 4],
    ['ｆｕｌｌ', 8],
    ['🎥', 2],
    ['👩‍🚀', 2],
    ['❤️', 2],
    ['❤', 1],
    ['🇩🇪', 2],
  ])('%s', (text, columns) => {
    expect(textWidth(text)).toBe(columns);
  });
});

describe('a text that is cut', () => {
  it('stays whole where it fits', () => {
    expect(truncated('studio', 6)).toBe('studio');
  });

  it('says that something is missing', () => {
    expect(truncated('the studio', 6)).toBe('the s…');
    expect(truncated('the studio', 5)).toBe('the…');
  });

  it('never is wider than it may, and breaks no character', () => {
    for (const text of ['東京の映像', 'a東b京c', '👩‍🚀👩‍🚀👩‍🚀', 'Zu\u0308rich']) {
      for (let columns = 0; columns <= 12; columns += 1) {
        expect(textWidth(truncated(text, columns))).toBeLessThanOrEqual(columns);
      }
    }
    expect(truncated('👩‍🚀👩‍🚀', 3)).toBe('👩‍🚀…');
  });
});

it('shows nothing that would steer a terminal', () => {
  expect(harmless('a\u001b[31mb\u0007\r\nc\u009b2J')).toBe('a\ufffd[31mb\ufffd\ufffd\ufffdc\ufffd2J');
  expect(harmless('abc\u202etxt.exe')).toBe('abc\ufffdtxt.exe');
  expect(harmless('Zürich 東京 👩‍🚀')).toBe('Zürich 東京 👩‍🚀');
});

it('breaks lines between words', () => {
  expect(wrapped('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapped('a averylongword b', 5)).toEqual(['a', 'averylongword', 'b']);
  expect(wrapped('', 5)).toEqual([]);
});

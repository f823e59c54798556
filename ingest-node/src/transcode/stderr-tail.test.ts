import { describe, expect, it } from 'vitest';
import { STDERR_LINES_MAX, StderrTail } from './stderr-tail.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the tail of stderr', () => {
  it('is the same lines however the bytes are split', () => {
    const text = bytes('one\r\ntwo — ünïcode\n\n  \nthree');
    for (let at = 0; at <= text.length; at += 1) {
      const tail = new StderrTail();
      tail.push(text.subarray(0, at));
      tail.push(text.subarray(at));
      expect(tail.lines()).toEqual(['one', 'two — ünïcode', 'three']);
    }
  });

  it('keeps the last lines only', () => {
    const tail = new StderrTail();
    for (let line = 0; line < 3 * STDERR_LINES_MAX; line += 1) tail.push(bytes(`line ${line}\n`));
    tail.push(bytes('open'));
    expect(tail.lines()).toHaveLength(STDERR_LINES_MAX);
    expect(tail.lines().at(-1)).toBe('open');
    expect(tail.lines().at(-2)).toBe(`line ${3 * STDERR_LINES_MAX - 1}`);
  });

  it('does not grow by a flood without line ends', () => {
    const tail = new StderrTail();
    for (let piece = 0; piece < 1_000; piece += 1) tail.push(bytes('x'.repeat(1_000)));
    tail.push(bytes('\nafter\n'));
    expect(tail.lines().map((line) => line.length)).toEqual([500, 5]);
  });
});

import { describe, expect, it } from 'vitest';
import type { FeedEvent } from './feed-event.ts';
import { FEED_LINE_BYTES_MAX, FeedError, FeedReader, feedLine } from './feed-lines.ts';

const EVENTS: FeedEvent[] = [
  { kind: 'snapshot', broadcasts: [], currentId: null, shards: {} },
  { kind: 'beat', shards: { weur: 4 }, sentAtMs: 1 },
  { kind: 'publisher-lost' },
];
const BYTES = new Uint8Array(EVENTS.flatMap((event) => [...feedLine(event)]));

function text(line: string): Uint8Array {
  return new TextEncoder().encode(line);
}

function codeOf(bytes: Uint8Array): string | undefined {
  try {
    new FeedReader().push(bytes);
    return undefined;
  } catch (error) {
    return error instanceof FeedError ? error.code : 'another error';
  }
}

describe('a feed’s lines', () => {
  it('are the same events however the bytes are split', () => {
    for (let at = 0; at <= BYTES.length; at += 1) {
      const reader = new FeedReader();
      expect([...reader.push(BYTES.subarray(0, at)), ...reader.push(BYTES.subarray(at))]).toEqual(EVENTS);
    }
    const reader = new FeedReader();
    expect([...BYTES].flatMap((byte) => reader.push(Uint8Array.of(byte)))).toEqual(EVENTS);
  });

  it('of a kind that only a newer version knows are passed over', () => {
    const reader = new FeedReader();
    expect(reader.push(text('{"kind":"of-tomorrow","what":1}\n{"kind":"publisher-lost","why":"?"}\n'))).toEqual([
      { kind: 'publisher-lost' },
    ]);
  });

  it.each([
    ['{"kind":\n', 'not-json'],
    ['\n', 'not-json'],
    ['{"kind":"beat"}\n', 'malformed-event'],
    ['[]\n', 'malformed-event'],
    ['{"kind":"beat","shards":{"weur":0}}\n', 'malformed-event'],
  ])('%j are refused as %s', (line, code) => {
    expect(codeOf(text(line))).toBe(code);
  });

  it('that never end are refused before they fill the memory', () => {
    const reader = new FeedReader();
    const piece = new Uint8Array(FEED_LINE_BYTES_MAX / 2).fill(0x61);
    reader.push(piece);
    reader.push(piece);
    expect(() => reader.push(Uint8Array.of(0x61))).toThrow('line-too-long');
  });
});

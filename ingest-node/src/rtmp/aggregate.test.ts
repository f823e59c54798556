import { expect, it } from 'vitest';
import { readAggregate } from './aggregate.ts';
import { ByteWriter } from './byte-writer.ts';
import type { RtmpMessage } from './message.ts';

interface Tag {
  readonly typeId: number;
  readonly timeMs: number;
  readonly payload: Uint8Array;
}

const AUDIO = Uint8Array.of(0xaf, 1, 0x21);

function aggregate(timestampMs: number, tags: readonly Tag[]): RtmpMessage {
  const to = new ByteWriter();
  for (const { typeId, timeMs, payload } of tags) {
    to.u8(typeId)
      .u24(payload.length)
      .u24(timeMs % 2 ** 24)
      .u8(Math.floor(timeMs / 2 ** 24));
    to.u24(0)
      .bytes(payload)
      .u32(11 + payload.length);
  }
  return { typeId: 22, messageStreamId: 3, timestampMs, payload: to.take() };
}

it('gives the messages inside, the first at the time of the whole', () => {
  const messages = aggregate(1_000, [
    { typeId: 8, timeMs: 500, payload: Uint8Array.of(1) },
    { typeId: 9, timeMs: 520, payload: Uint8Array.of(2, 3) },
  ]);
  expect([...readAggregate(messages)]).toEqual([
    { typeId: 8, messageStreamId: 3, timestampMs: 1_000, payload: Uint8Array.of(1) },
    { typeId: 9, messageStreamId: 3, timestampMs: 1_020, payload: Uint8Array.of(2, 3) },
  ]);
});

it('reads all 32 bits of a time, and goes round with it', () => {
  const tags = [0xfffffff0, 0x10].map((timeMs) => ({ typeId: 8, timeMs, payload: Uint8Array.of(1) }));
  const timesAt = (timestampMs: number) => [...readAggregate(aggregate(timestampMs, tags))].map((m) => m.timestampMs);
  expect(timesAt(0xfffffff0)).toEqual([0xfffffff0, 0x10]);
  expect(timesAt(5)).toEqual([5, 37]);
});

it('does without the last back pointer, but not without payload', () => {
  const { payload, ...rest } = aggregate(0, [{ typeId: 8, timeMs: 0, payload: Uint8Array.of(1, 2) }]);
  expect([...readAggregate({ ...rest, payload: payload.subarray(0, 13) })]).toHaveLength(1);
  expect(() => [...readAggregate({ ...rest, payload: payload.subarray(0, 12) })]).toThrow('tag-truncated');
});

it('holds as many messages as encoders put together, and not any number', () => {
  const tags = (count: number) => Array.from({ length: count }, () => ({ typeId: 8, timeMs: 0, payload: AUDIO }));
  expect([...readAggregate(aggregate(0, tags(1_024)))]).toHaveLength(1_024);
  expect(() => [...readAggregate(aggregate(0, tags(1_025)))]).toThrow('tag-malformed');
});

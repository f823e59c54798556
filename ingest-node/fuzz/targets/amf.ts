import { AMF_VALUES_MAX, type AmfValue } from '../../src/rtmp/amf-value.ts';
import { Amf0Reader } from '../../src/rtmp/amf0-reader.ts';
import { writeAmf0 } from '../../src/rtmp/amf0-writer.ts';
import { Amf3Reader } from '../../src/rtmp/amf3-reader.ts';
import { ByteReader } from '../../src/rtmp/byte-reader.ts';
import { MESSAGE } from '../../src/rtmp/message.ts';
import { RtmpError } from '../../src/rtmp/rtmp-error.ts';
import { type FuzzTarget, mustHold } from '../fuzz-target.ts';
import { concatenated } from '../mutate.ts';
import type { Random } from '../random.ts';
import { amf0Values } from './amf-grammar.ts';
import { recordedMessages } from './rtmp-messages.ts';

/** A stranger's message has no more (chunk-limits.ts). */
const MESSAGE_BYTES_MAX = 64 * 1_024;
const AMF_TYPES: ReadonlySet<number> = new Set([
  MESSAGE.commandAmf0,
  MESSAGE.commandAmf3,
  MESSAGE.dataAmf0,
  MESSAGE.dataAmf3,
]);

/** AMF0, with AMF3 values inside of it: throws RtmpError and nothing else; what it reads is a bounded tree. */
export function amf0Target(): FuzzTarget {
  const recorded = recordedMessages().filter(({ typeId }) => AMF_TYPES.has(typeId));
  return {
    name: 'amf0',
    corpus: recorded.map(({ payload }) => payload),
    inputBytesMax: MESSAGE_BYTES_MAX,
    generate: (random) =>
      random.oneIn(4) ? concatenated(amf0Values(random), Uint8Array.of(0x11), amf3Value(random)) : amf0Values(random),
    run: (input) =>
      outcomeOf(() => {
        const values = new Amf0Reader(new ByteReader(input, 'amf-truncated')).readAll();
        mustHold(values.length <= AMF_VALUES_MAX, 'more values were read than a message may have');
        return `read ${shapeOf(values)} ${readAgain(values)}`;
      }),
  };
}

/** AMF3 alone: the same. */
export function amf3Target(): FuzzTarget {
  return {
    name: 'amf3',
    corpus: [
      Uint8Array.of(0x0a, 0x0b, 0x01, 0x03, 0x61, 0x04, 0x01, 0x01),
      Uint8Array.of(0x09, 0x05, 0x01, 0x04, 0x7f, 0x06, 0x03, 0x62),
      Uint8Array.of(0x11, 0x03, 0x00, 0x06, 0x03, 0x6b, 0x05, 0, 0, 0, 0, 0, 0, 0, 0),
    ],
    inputBytesMax: MESSAGE_BYTES_MAX,
    generate: (random) => concatenated(...Array.from({ length: 1 + random.below(6) }, () => amf3Value(random))),
    run: (input) =>
      outcomeOf(() => {
        const from = new ByteReader(input, 'amf-truncated');
        const reader = new Amf3Reader(from);
        const values: AmfValue[] = [];
        while (from.remainingBytes > 0) values.push(reader.read());
        mustHold(values.length <= AMF_VALUES_MAX, 'more values were read than a message may have');
        return `read ${shapeOf(values)}`;
      }),
  };
}

/** A value of AMF3 by its grammar: marker, U29, and what belongs to it. */
function amf3Value(random: Random, depth = 0): Uint8Array {
  const marker = random.below(depth > 6 ? 0x07 : 0x12);
  const inline = (count: number) => u29((count << 1) | 1);
  const items = (count: number) => Array.from({ length: count }, () => amf3Value(random, depth + 1));
  const count = random.below(4);
  if (marker >= 0x08 && random.oneIn(6)) return concatenated(Uint8Array.of(marker), u29(random.below(8) << 1));
  switch (marker) {
    case 0x04:
      return concatenated(Uint8Array.of(marker), u29(random.u32() & 0x1fff_ffff));
    case 0x05:
      return concatenated(Uint8Array.of(marker), random.bytes(8));
    case 0x06:
    case 0x07:
    case 0x0b:
    case 0x0c:
      return concatenated(Uint8Array.of(marker), inline(count), random.bytes(count));
    case 0x08:
      return concatenated(Uint8Array.of(marker, 1), random.bytes(8));
    case 0x09:
      return concatenated(Uint8Array.of(marker), inline(count), amf3Members(random, depth), ...items(count));
    case 0x0a:
      return concatenated(Uint8Array.of(marker, 0x0b, 0x01), amf3Members(random, depth));
    case 0x0d:
    case 0x0e:
      return concatenated(Uint8Array.of(marker), inline(count), Uint8Array.of(0), random.bytes(4 * count));
    case 0x0f:
      return concatenated(Uint8Array.of(marker), inline(count), Uint8Array.of(0), random.bytes(8 * count));
    case 0x10:
      return concatenated(Uint8Array.of(marker), inline(count), Uint8Array.of(0, 1), ...items(count));
    case 0x11:
      return concatenated(Uint8Array.of(marker), inline(count), Uint8Array.of(0), ...items(2 * count));
    default:
      return Uint8Array.of(marker);
  }
}

function amf3Members(random: Random, depth: number): Uint8Array {
  const members = Array.from({ length: random.below(3) }, () => [
    Uint8Array.of(0x03, 0x61 + random.below(26)),
    amf3Value(random, depth + 1),
  ]);
  return concatenated(...members.flat(), Uint8Array.of(0x01));
}

/** AMF 3 §1.3.1. */
function u29(value: number): Uint8Array {
  if (value < 0x80) return Uint8Array.of(value);
  if (value < 0x4000) return Uint8Array.of((value >> 7) | 0x80, value & 0x7f);
  if (value < 0x20_0000) return Uint8Array.of((value >> 14) | 0x80, (value >> 7) | 0x80, value & 0x7f);
  return Uint8Array.of((value >> 22) | 0x80, (value >> 15) | 0x80, (value >> 8) | 0x80, value & 0xff);
}

function outcomeOf(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof RtmpError) return error.code;
    throw error;
  }
}

/** What was read, written and read once more, is the same; where it can be written at all. */
function readAgain(values: readonly AmfValue[]): string {
  // A shared value is written out at each place that refers to it, which may be more than a message can hold.
  if (sizeOf(values) > AMF_VALUES_MAX) return 'shared';
  let written: Uint8Array;
  try {
    written = writeAmf0(...values);
  } catch (error) {
    if (error instanceof RtmpError && error.code === 'amf-unwritable') return 'unwritable';
    throw error;
  }
  const again = writeAmf0(...new Amf0Reader(new ByteReader(written, 'amf-truncated')).readAll());
  mustHold(Buffer.compare(again, written) === 0, 'values that were written and read again are others');
  return 'again';
}

/** How many values a writer would write, or more than it may. */
function sizeOf(values: Iterable<AmfValue>, sum = { values: 0 }): number {
  for (const value of values) {
    sum.values += 1;
    if (sum.values > AMF_VALUES_MAX) break;
    sizeOf(childrenOf(value), sum);
  }
  return sum.values;
}

function childrenOf(value: AmfValue): Iterable<AmfValue> {
  if (typeof value !== 'object' || value === null) return [];
  if (!('kind' in value)) return value;
  return value.kind === 'object' || value.kind === 'ecma-array' ? value.members.values() : [];
}

function shapeOf(values: readonly AmfValue[]): string {
  const kindOf = (value: AmfValue) =>
    typeof value !== 'object' || value === null ? typeof value : 'kind' in value ? value.kind : 'array';
  const count = 2 ** Math.ceil(Math.log2(values.length + 1));
  return `${count} ${values.slice(0, 3).map(kindOf).join(' ')}`;
}

import type { Random } from './random.ts';

/** Numbers at which lengths, counts, signs and markers turn over. */
const TURNING_BYTES = [0x00, 0x01, 0x02, 0x03, 0x05, 0x09, 0x7f, 0x80, 0x81, 0xc0, 0xfe, 0xff] as const;
/** Changes of one input. More of them leave nothing that a parser would read on. */
const CHANGES_MAX = 6;
/** Ranges that are copied, moved or taken out. */
const RANGE_BYTES_MAX = 512;

export interface MutateOptions {
  /** What parts of other inputs are taken from. */
  readonly corpus: readonly Uint8Array[];
  readonly bytesMax: number;
}

/** The input with some changes: flipped bits, turned numbers, ranges repeated, lost, moved, or of another input. */
export function mutate(input: Uint8Array, random: Random, { corpus, bytesMax }: MutateOptions): Uint8Array {
  let bytes = input.slice(0, bytesMax);
  for (let left = 1 + random.below(CHANGES_MAX); left > 0; left -= 1) {
    const donor = corpus[random.below(corpus.length)] ?? input;
    bytes = change(bytes, random, donor).slice(0, bytesMax);
  }
  return bytes;
}

function change(bytes: Uint8Array, random: Random, donor: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + random.below(RANGE_BYTES_MAX));
  const before = bytes.subarray(0, at);
  const after = bytes.subarray(at);
  switch (random.below(10)) {
    case 0:
      return bytes.length === 0 ? bytes : bytes.with(at % bytes.length, random.u32() & 0xff);
    case 1:
      return flipBit(bytes, at, random);
    case 2:
      return bytes.length === 0 ? bytes : bytes.with(at % bytes.length, random.pick(TURNING_BYTES));
    case 3:
      return turnNumber(bytes, at, random);
    case 4:
      return concatenated(before, random.bytes(1 + random.below(8)), after);
    case 5:
      return concatenated(before, bytes.subarray(end));
    case 6:
      return concatenated(...Array.from({ length: 1 + random.below(4) }, () => bytes.subarray(0, end)), after);
    case 7:
      return bytes.slice(0, at);
    case 8: {
      const from = random.below(donor.length);
      return concatenated(before, donor.subarray(from, from + 1 + random.below(RANGE_BYTES_MAX)), after);
    }
    default:
      return concatenated(before, bytes.subarray(at, end), bytes.subarray(at, end), bytes.subarray(end));
  }
}

function flipBit(bytes: Uint8Array, at: number, random: Random): Uint8Array {
  if (bytes.length === 0) return bytes;
  const place = at % bytes.length;
  return bytes.with(place, (bytes[place] ?? 0) ^ (1 << random.below(8)));
}

/** A big-endian number of 2, 3 or 4 bytes that is too large, too small, or off by one. */
function turnNumber(bytes: Uint8Array, at: number, random: Random): Uint8Array {
  const sizeBytes = 2 + random.below(3);
  const turned = bytes.slice();
  const kind = random.below(4);
  for (let index = 0; index < sizeBytes && at + index < turned.length; index += 1) {
    const isLast = index === sizeBytes - 1;
    const was = turned[at + index] ?? 0;
    turned[at + index] =
      [0xff, isLast ? random.below(4) : 0, isLast ? was + 1 : was, isLast ? was - 1 : was][kind] ?? 0;
  }
  return turned;
}

/** All of them, one after the other. */
export function concatenated(...pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

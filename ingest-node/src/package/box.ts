/** ISO/IEC 14496-12 boxes as data: what is written stands here before any byte does. */

/** A box (ISO/IEC 14496-12 §4.2): a type of four characters, then fields and boxes in order. */
export interface Box {
  readonly kind: 'box';
  readonly type: string;
  readonly content: readonly (Box | Field)[];
}

/** Something in a box that is no box. Numbers are big endian. */
export type Field =
  | { readonly kind: 'u8' | 'u16' | 'u32' | 'i32' | 'u64'; readonly value: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

const FIELD_BYTES = { u8: 1, u16: 2, u32: 4, i32: 4, u64: 8 } as const;
const HEADER_BYTES = 8;

export function box(type: string, ...content: readonly (Box | Field)[]): Box {
  return { kind: 'box', type, content };
}

/** A box that begins with a version and flags (ISO/IEC 14496-12 §4.2.2). */
export function fullBox(
  type: string,
  { version, flags }: { readonly version: number; readonly flags: number },
  ...content: readonly (Box | Field)[]
): Box {
  return box(type, u32(version * 0x1000000 + flags), ...content);
}

export const u8 = (value: number): Field => ({ kind: 'u8', value });
export const u16 = (value: number): Field => ({ kind: 'u16', value });
export const u32 = (value: number): Field => ({ kind: 'u32', value });
export const i32 = (value: number): Field => ({ kind: 'i32', value });
/** Up to 2^53 - 1: a clock of 48 kHz takes six thousand years to get there. */
export const u64 = (value: number): Field => ({ kind: 'u64', value });
export const bytes = (value: Uint8Array): Field => ({ kind: 'bytes', bytes: value });
export const zeros = (count: number): Field => bytes(new Uint8Array(count));
/** ASCII without an end. */
export const text = (value: string): Field => bytes(Uint8Array.from(value, (char) => char.charCodeAt(0)));
/** A fixed-point number of 16.16 bits. */
export const fixed16 = (value: number): Field => u32(value * 0x10000);

/** How many bytes a box or field takes when it is written. */
export function sizeBytes(item: Box | Field): number {
  if (item.kind === 'bytes') return item.bytes.length;
  if (item.kind !== 'box') return FIELD_BYTES[item.kind];
  return item.content.reduce((sum, each) => sum + sizeBytes(each), HEADER_BYTES);
}

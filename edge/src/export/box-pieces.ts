const HEADER_BYTES = 8;
const U32_MAX = 0xffff_ffff;

/** Bytes in the order in which they are written, in as many pieces as they happen to be. */
export type Pieces = readonly Uint8Array[];

/** A box around bytes that are there already (ISO/IEC 14496-12 §4.2), which are not copied. */
export function boxPieces(type: string, ...content: readonly (Uint8Array | Pieces)[]): Pieces {
  const pieces = content.flatMap((each) => (each instanceof Uint8Array ? [each] : each));
  return [boxHeader(type, piecesBytes(pieces)), ...pieces];
}

/** A box that begins with a version and flags (ISO/IEC 14496-12 §4.2.2). */
export function fullBoxPieces(
  type: string,
  { version = 0, flags = 0 }: { readonly version?: 0 | 1; readonly flags?: number },
  ...content: readonly (Uint8Array | Pieces)[]
): Pieces {
  return boxPieces(type, u32s(version * 0x100_0000 + flags), ...content);
}

/** The header of a box whose content follows. */
export function boxHeader(type: string, contentBytes: number): Uint8Array {
  const header = u32s(HEADER_BYTES + contentBytes, 0);
  for (let index = 0; index < type.length; index += 1) header[4 + index] = type.charCodeAt(index);
  return header;
}

export function piecesBytes(pieces: Pieces): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

export function u16s(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setUint16(index * 2, value);
  });
  return bytes;
}

export function u32s(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setUint32(index * 4, value);
  });
  return bytes;
}

/** Times and durations of a box that has them in 32 bits, and in its version 1 in 64. */
export interface TimeFields {
  readonly version: 0 | 1;
  fields(...values: readonly number[]): Uint8Array;
}

/** In 64 bits where one of the values needs them. */
export function timeFields(...longest: readonly number[]): TimeFields {
  if (longest.every((value) => value <= U32_MAX)) return { version: 0, fields: u32s };
  return {
    version: 1,
    fields: (...values) => u32s(...values.flatMap((value) => [Math.floor(value / 2 ** 32), value % 2 ** 32])),
  };
}

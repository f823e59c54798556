/** Colour as ITU-T H.273 numbers it; carried from the source, since an untagged picture is shown in wrong colours. */
export interface ColourTags {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly chromaLocation: number;
}

/** ITU-T H.273: BT.709, and chroma where MPEG-2 and H.264 have it by default. */
export const BT709: ColourTags = { primaries: 1, transfer: 1, matrix: 1, chromaLocation: 1 };

/** H.273 §8: it is left to whoever looks. */
export const UNSPECIFIED = 2;

/** Matrices that swscale knows (H.273 table 4), each with its number there: BT.470BG and SMPTE 170M are one. */
const MATRICES = new Map([
  [1, 1],
  [4, 4],
  [5, 6],
  [6, 6],
  [7, 7],
  [9, 9],
]);

/** The matrix as swscale is told it; `undefined` where it has none: then nothing can be converted from it or to it. */
export function scalingMatrix(matrix: number): number | undefined {
  return MATRICES.get(matrix);
}

/**
 * Whether pictures of one kind can be shown as if they were of the other, once they have its matrix. What is left then is
 * the transfer function, which between HDR and SDR is plainly wrong, and the gamut. What is not told is taken for alike.
 */
export function isAlike(one: ColourTags, other: ColourTags): boolean {
  return isSame(light(one), light(other)) && isSame(gamut(one), gamut(other));
}

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** H.273 table 3. */
function light({ transfer }: ColourTags): 'pq' | 'hlg' | 'gamma' | undefined {
  if (transfer === 16) return 'pq';
  if (transfer === 18) return 'hlg';
  return transfer === UNSPECIFIED ? undefined : 'gamma';
}

/** H.273 table 2. The primaries of BT.709, BT.601 and their like differ by less than displays do. */
function gamut({ primaries }: ColourTags): 'bt2020' | 'p3' | 'narrow' | undefined {
  if (primaries === 9) return 'bt2020';
  if (primaries === 11 || primaries === 12) return 'p3';
  return primaries === UNSPECIFIED ? undefined : 'narrow';
}

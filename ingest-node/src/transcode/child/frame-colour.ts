import type { Frame } from 'node-av/lib';
import { BT709, type ColourTags, scalingMatrix, UNSPECIFIED } from '../colour-tags.ts';

/** H.273 table 4: red, green and blue as they are. */
const MATRIX_IDENTITY = 0;

/** The colours that a broadcast has which begins with this picture. */
export function colourOf(frame: Frame): ColourTags {
  const matrix: number = frame.colorSpace;
  return {
    primaries: frame.colorPrimaries,
    transfer: frame.colorTrc,
    // All that we encode is 4:2:0, which has no such matrix.
    matrix: matrix === MATRIX_IDENTITY ? BT709.matrix : matrix,
    chromaLocation: frame.chromaLocation,
  };
}

/** The matrix that scaled pictures of a broadcast with these colours are labelled with. */
export function ladderMatrix(colour: ColourTags): number {
  return scalingMatrix(colour.matrix) ?? BT709.matrix;
}

/**
 * Makes swscale convert a picture to the broadcast's matrix, where both are known, and do nothing else: it would refuse
 * a picture with labels that it does not know, and takes a whole CPU to convert primaries or transfer functions.
 */
export function labelForScaling(frame: Frame, shown: ColourTags): void {
  const from = scalingMatrix(frame.colorSpace);
  const to = ladderMatrix(shown);
  const isConverted = from !== undefined && scalingMatrix(shown.matrix) !== undefined;
  frame.colorSpace = (isConverted ? from : to) as Frame['colorSpace'];
  frame.colorPrimaries = UNSPECIFIED as Frame['colorPrimaries'];
  frame.colorTrc = UNSPECIFIED as Frame['colorTrc'];
}

export interface MinimiseOptions {
  /** How often the parser may be tried. */
  readonly triesMax: number;
}

/** A shorter input for which `isStillWrong` holds as well: ranges are taken out, first halves, in the end single bytes. */
export function minimise(
  input: Uint8Array,
  isStillWrong: (input: Uint8Array) => boolean,
  { triesMax }: MinimiseOptions,
): Uint8Array {
  let smallest = input;
  let triesLeft = triesMax;
  for (let sizeBytes = Math.ceil(input.length / 2); sizeBytes >= 1; sizeBytes = Math.floor(sizeBytes / 2)) {
    for (let at = 0; at < smallest.length && triesLeft > 0; ) {
      triesLeft -= 1;
      const shorter = new Uint8Array([...smallest.subarray(0, at), ...smallest.subarray(at + sizeBytes)]);
      if (isStillWrong(shorter)) smallest = shorter;
      else at += sizeBytes;
    }
  }
  return smallest;
}

/** draft-sharabayko-srt-01. */
const WORD_BYTES = 4;

/** §3.2.1.3: in extensions that hold text, each word of four bytes stands back to front. What is no whole word becomes zeros. */
export function swapWords(bytes: Uint8Array): Uint8Array {
  const swapped = new Uint8Array(bytes.length);
  for (let at = 0; at + WORD_BYTES <= bytes.length; at += WORD_BYTES) {
    swapped.set(bytes.subarray(at, at + WORD_BYTES).toReversed(), at);
  }
  return swapped;
}

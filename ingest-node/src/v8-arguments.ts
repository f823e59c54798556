/** Parts pass through the young generation; this holds some seconds of them. */
const YOUNG_GENERATION_MIB = 4;

/**
 * What Node is to be started with for main.ts. Left to itself V8 lets the young generation grow in steps for as long as
 * the process runs, which looks like a leak and is none; a fixed one keeps resident memory level.
 */
export const V8_ARGUMENTS: readonly string[] = [
  `--min-semi-space-size=${YOUNG_GENERATION_MIB}`,
  `--max-semi-space-size=${YOUNG_GENERATION_MIB}`,
];

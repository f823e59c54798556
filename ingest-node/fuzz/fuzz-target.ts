import type { Random } from './random.ts';

/** A parser under fuzzing. */
export interface FuzzTarget {
  /** The name of its folder in `fixtures`, too. */
  readonly name: string;
  /** Inputs that it takes well; mutations begin with them. */
  readonly corpus: readonly Uint8Array[];
  readonly inputBytesMax: number;
  /** An input by the format's grammar, right in most places. */
  generate(random: Random): Uint8Array;
  /**
   * Gives the input to the parser. Returns in a few words what came of it: an input with a new outcome is worth being
   * mutated further. Throws whatever the parser lets out that is not its own error, or InvariantBroken. What else is
   * chosen (how the bytes are split) follows from the input, so that it can be played again.
   */
  run(input: Uint8Array): string;
}

/** A parser did what it must not do, without throwing. */
export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken';
}

/** Throws InvariantBroken with the sentence unless it holds. */
export function mustHold(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new InvariantBroken(sentence);
}

import type { CommandContext } from './command.ts';
import { Failure } from './failure.ts';
import { UsageError } from './usage-error.ts';

export interface Deletion {
  /** What goes, as a sentence. */
  readonly sentence: string;
  /** What is to be typed. */
  readonly name: string;
  readonly isConfirmed: boolean;
}

/** Lets what cannot be undone be done: by `--yes`, or whoever sits there types the name. */
export async function confirm({ world }: CommandContext, { sentence, name, isConfirmed }: Deletion): Promise<void> {
  if (isConfirmed) return;
  if (world.ask === undefined) throw new UsageError(`${sentence} Nobody can be asked here: say --yes if it is meant.`);
  const typed = await world.ask(`${sentence}\nType ${name} to go on: `);
  if (typed.trim() !== name) throw new Failure('not-confirmed', 'Nothing was done.');
}

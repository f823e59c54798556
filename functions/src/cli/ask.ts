import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Where whoever sits at a terminal is asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  /** Ctrl-C, while the question stands. */
  readonly onInterrupt: () => void;
}

/** What is typed in answer to a question; nothing, where the input ends (Ctrl-D). */
export async function ask(question: string, { input, output, onInterrupt }: Terminal): Promise<string> {
  const lines = createInterface({ input, output });
  lines.once('SIGINT', onInterrupt);
  // Node leaves the answer to a question open, or rejects it, when the input ends.
  const ended = once(lines, 'close').then(() => '');
  try {
    return await Promise.race([lines.question(question).catch(() => ended), ended]);
  } finally {
    lines.close();
  }
}

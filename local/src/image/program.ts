import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a program printed, and how it ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly printed: string;
  readonly said: string;
}

/** Text of a program that is kept: what a build prints, and no more of one that never stops. */
const CHARACTERS_MAX = 4 * 1024 * 1024;

export interface ProgramOptions {
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. Rejects only when it cannot be started. */
export async function runProgram(
  file: string,
  words: readonly string[],
  { directory, environment }: ProgramOptions = {},
): Promise<ProgramEnd> {
  const child = spawn(file, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(directory === undefined ? {} : { cwd: directory }),
    ...(environment === undefined ? {} : { env: { ...process.env, ...environment } }),
  });
  let [printed, said] = ['', ''];
  child.stdout.on('data', (text) => {
    printed = `${printed}${text}`.slice(-CHARACTERS_MAX);
  });
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-CHARACTERS_MAX);
  });
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : null, printed, said };
}

/** What a program printed. Rejects with its own last words when it failed. */
export async function outputOf(file: string, words: readonly string[], options?: ProgramOptions): Promise<string> {
  const { code, printed, said } = await runProgram(file, words, options);
  if (code === 0) return printed;
  const last = said.trim().split('\n').slice(-5).join('\n');
  throw new Error(`${file} ${words[0] ?? ''} ended with ${code}: ${last}`);
}

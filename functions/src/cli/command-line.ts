import { parseArgs } from 'node:util';
import { type Command, optionName, type Words } from './command.ts';
import { nearestWord } from './nearest-word.ts';
import { UsageError } from './usage-error.ts';

/** What every command takes. */
export interface GlobalOptions {
  readonly isJson: boolean;
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly dataDirectory: string | undefined;
  readonly tenantId: string | undefined;
}

/** What was typed. */
export type CommandLine =
  | { readonly kind: 'help'; readonly topic: readonly string[] }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly words: Words;
      readonly global: GlobalOptions;
    };

const GLOBALS = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  url: { type: 'string' },
  token: { type: 'string' },
  data: { type: 'string' },
  tenant: { type: 'string' },
} as const;

/** A value that looks like an option: `-30s`. */
const SIGNED = /^-[0-9]/;

/** Reads the words behind `sluice`. Throws a UsageError. */
export function readCommandLine(argv: readonly string[], commands: readonly Command[]): CommandLine {
  const { positionals, values } = parseArgs({
    // To parseArgs the value `-5h` would be the options -5 and -h.
    args: argv.filter((word) => !SIGNED.test(word)),
    options: GLOBALS,
    strict: false,
    allowPositionals: true,
  });
  const [first, ...more] = positionals;
  if (first === undefined || first === 'help') return { kind: 'help', topic: topicOf(more, commands) };
  const found = commandOf(positionals, commands);
  if (values.help === true) return { kind: 'help', topic: found?.name.split(' ') ?? topicOf(positionals, commands) };
  if (found === undefined) throw noSuchCommand(positionals, commands);
  return { kind: 'run', command: found, ...readWords(argv, found) };
}

/** The command that the first words name, the longest name first. */
function commandOf(positionals: readonly string[], commands: readonly Command[]): Command | undefined {
  const fits = commands.filter(({ name }) => name.split(' ').every((word, index) => positionals[index] === word));
  return fits.sort((one, other) => other.name.length - one.name.length)[0];
}

function topicOf(words: readonly string[], commands: readonly Command[]): string[] {
  const found = commandOf(words, commands);
  if (found !== undefined) return found.name.split(' ');
  const [first] = words;
  if (first === undefined) return [];
  if (commands.some(({ name }) => name.startsWith(`${first} `))) return [first];
  throw noSuchCommand(words, commands);
}

function noSuchCommand([first = '', second]: readonly string[], commands: readonly Command[]): UsageError {
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length === 0) {
    const names = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))];
    return new UsageError(`There is no command "${first}".${meant(nearestWord(first, names))}`);
  }
  const names = group.map(({ name }) => name.split(' ')[1] ?? '');
  const there = `There is: ${names.join(', ')}.`;
  if (second === undefined) return new UsageError(`What is to be done with ${first}? ${there}`);
  return new UsageError(`There is no "${first} ${second}".${meant(nearestWord(second, names))} ${there}`);
}

function meant(word: string | undefined): string {
  return word === undefined ? '' : ` Did you mean "${word}"?`;
}

function readWords(argv: readonly string[], command: Command): { words: Words; global: GlobalOptions } {
  const own = command.options.map(({ name, word }) => [
    optionName(name).slice(2),
    { type: word === undefined ? ('boolean' as const) : ('string' as const) },
  ]);
  const options: Record<string, { type: 'boolean' | 'string'; short?: string }> = {
    ...GLOBALS,
    ...Object.fromEntries(own),
  };
  const { values, positionals, tokens } = strictly(withValuesJoined(argv, options), options, command);
  assertSaidOnce(tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])));
  const text = (name: string) => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    words: {
      positionals: positionals.slice(command.name.split(' ').length),
      options: Object.fromEntries(
        command.options.flatMap(({ name }) => {
          const value = values[optionName(name).slice(2)];
          return typeof value === 'string' || typeof value === 'boolean' ? [[name, value]] : [];
        }),
      ),
    },
    global: {
      isJson: values.json === true,
      url: text('url'),
      token: text('token'),
      dataDirectory: text('data'),
      tenantId: text('tenant'),
    },
  };
}

/** `--from -30s` is meant as it looks; parseArgs would ask for `--from=-30s`. */
function withValuesJoined(argv: readonly string[], options: Readonly<Record<string, { type: string }>>): string[] {
  const joined: string[] = [];
  for (const word of argv) {
    const before = joined.at(-1);
    const isValueOf = before?.startsWith('--') === true && options[before.slice(2)]?.type === 'string';
    if (isValueOf && SIGNED.test(word)) joined.splice(-1, 1, `${before}=${word}`);
    else joined.push(word);
  }
  return joined;
}

function strictly(
  args: string[],
  options: Record<string, { type: 'boolean' | 'string'; short?: string }>,
  command: Command,
) {
  try {
    return parseArgs({ args, options, allowPositionals: true, allowNegative: true, tokens: true });
  } catch (cause) {
    // What was typed is not repeated in full: it may hold a token.
    const message = cause instanceof Error ? cause.message : '';
    const [, unknown] = /^Unknown option '(-[^']*)'/.exec(message) ?? [];
    if (unknown === undefined) throw new UsageError(`${message.split('\n', 1)[0]?.replace(/\.$/, '')}.`, { cause });
    const near = nearestWord(unknown, ['--json', '--url', '--token', '--data', '--tenant', ...optionNames(command)]);
    throw new UsageError(`"${command.name}" has no option ${unknown}.${meant(near)}`, { cause });
  }
}

function optionNames({ options }: Command): string[] {
  return options.map(({ name }) => optionName(name));
}

function assertSaidOnce(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`--${twice} is given twice.`);
}

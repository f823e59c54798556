import { type Command, optionName, type Parameter } from './command.ts';
import type { Page } from './text/page.ts';
import { textWidth, wrapped } from './text/text-width.ts';

/** A group of commands, in the order in which people come to need them. */
export interface CommandGroup {
  /** What the group is, after the name of the program: `channels`. */
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command[];
}

const COLUMNS_DEFAULT = 100;
/** Longer lines are hard to read, however wide the terminal is. */
const COLUMNS_MAX = 110;

const GLOBAL_OPTIONS: readonly (readonly [string, string])[] = [
  ['--url URL', 'where the control API is; or SLUICE_URL (http://127.0.0.1:8081)'],
  ['--token TOKEN', 'an API token; better SLUICE_TOKEN, for command lines show in process lists'],
  ['--data DIR', "of a system on this machine: its data directory, which has the operator's token (.sluice)"],
  ['--tenant ID', 'for the operator: the tenant that is meant; or SLUICE_TENANT'],
  ['--json', 'for programs'],
  ['-h, --help', 'this, of any command'],
];

/** What there is. */
export function helpOfAll(groups: readonly CommandGroup[], page: Page): string {
  const rows = groups.map(({ name, summary, commands }) => {
    const verbs = commands.flatMap((each) => each.name.split(' ').slice(1));
    return [name, `${summary}${verbs.length > 0 ? ` (${verbs.join(', ')})` : ''}`] as const;
  });
  return [
    `${page.paint('sluice', 'strong')}: live streams, from the command line\n`,
    section('Usage', '  sluice COMMAND [options]\n', page),
    section('Commands', definitions(rows, page), page),
    section('Options of all commands', definitions(GLOBAL_OPTIONS, page), page),
    section(
      'To begin with',
      examples([
        'npm start                        # a whole system on this machine',
        'npx sluice live                  # who is live',
        'npx sluice channels create studio --recorded',
        'npx sluice keys create studio    # what the encoder needs',
        'npx sluice doctor                # is everything as it should be?',
      ]),
      page,
    ),
    'Exit code: 0 done, 1 not done or not well, 2 wrong usage.\n',
  ].join('\n');
}

/** What a group has. */
export function helpOfGroup({ name, summary, commands }: CommandGroup, page: Page): string {
  const rows = commands.map((each) => [`${each.name}${placesOf(each)}`, each.summary] as const);
  return [
    title(name, summary, page),
    section('Commands', definitions(rows, page), page),
    `sluice ${name} ${commands[0]?.name.split(' ')[1] ?? ''} --help tells of one.\n`,
  ].join('\n');
}

/** What a command takes. */
export function helpOfCommand(command: Command, page: Page): string {
  const parameters = command.parameters.map((each) => [each.word ?? each.name, each.description] as const);
  const options = command.options.map((each) => [optionWords(each), each.description] as const);
  return [
    title(command.name, command.summary, page),
    ...(command.details === undefined ? [] : [paragraph(command.details, page)]),
    section('Usage', `  ${usageOf(command)}\n`, page),
    ...(parameters.length === 0 ? [] : [section('Arguments', definitions(parameters, page), page)]),
    ...(options.length === 0 ? [] : [section('Options', definitions(options, page), page)]),
    ...(command.examples.length === 0 ? [] : [section('Examples', examples(command.examples), page)]),
    'sluice --help has the options of all commands: --url, --token, --json, …\n',
  ].join('\n');
}

/** One line: `sluice clips create CHANNEL --from TIME [options]`. */
export function usageOf(command: Command): string {
  const must = command.options.filter(({ isOptional }) => !isOptional).map((each) => ` ${optionWords(each)}`);
  const hasMore = command.options.some(({ isOptional }) => isOptional);
  return `sluice ${command.name}${placesOf(command)}${must.join('')}${hasMore ? ' [options]' : ''}`;
}

function placesOf({ parameters }: Command): string {
  return parameters
    .map(({ word, name, isOptional }) => ` ${isOptional ? `[${word ?? name}]` : (word ?? name)}`)
    .join('');
}

function optionWords({ name, word, isNegatable }: Parameter): string {
  const option = optionName(name);
  if (word !== undefined) return `${option} ${word}`;
  return isNegatable ? `--[no-]${option.slice(2)}` : option;
}

function title(name: string, summary: string, page: Page): string {
  return `${page.paint(`sluice ${name}`, 'strong')}\n\n${paragraph(sentence(summary), page)}`;
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function section(heading: string, body: string, page: Page): string {
  return `${page.paint(heading, 'strong')}\n${body}`;
}

function definitions(rows: readonly (readonly [string, string])[], page: Page): string {
  const nameColumns = Math.min(34, Math.max(...rows.map(([name]) => textWidth(name))));
  const restColumns = Math.min(page.columns ?? COLUMNS_DEFAULT, COLUMNS_MAX) - nameColumns - 4;
  return rows
    .map(([name, text]) => {
      const [first = '', ...rest] = wrapped(text, restColumns);
      // A name that is too long has a line of its own.
      const isLong = textWidth(name) > nameColumns;
      const head = isLong ? `  ${name}\n  ${' '.repeat(nameColumns)}` : `  ${name.padEnd(nameColumns)}`;
      return [`${head}  ${first}`, ...rest.map((line) => `  ${' '.repeat(nameColumns)}  ${line}`)]
        .map((line) => `${line}\n`)
        .join('');
    })
    .join('');
}

function paragraph(text: string, page: Page): string {
  return wrapped(text, Math.min(page.columns ?? COLUMNS_DEFAULT, COLUMNS_MAX))
    .map((line) => `${line}\n`)
    .join('');
}

function examples(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join('');
}

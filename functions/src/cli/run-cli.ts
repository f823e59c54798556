import type { Answer, Command } from './command.ts';
import { type CommandLine, type GlobalOptions, readCommandLine } from './command-line.ts';
import { connectionOf } from './connection.ts';
import { Failure } from './failure.ts';
import { helpOfAll, helpOfCommand, helpOfGroup, usageOf } from './help.ts';
import { GROUPS } from './program.ts';
import { isOfNetwork, unreachable } from './refused.ts';
import { pageOf } from './text/page.ts';
import { UsageError } from './usage-error.ts';
import type { CliWorld } from './world.ts';

/** 0: done; 1: not done, or not well; 2: wrong usage. */
export type ExitCode = 0 | 1 | 2;

const COMMANDS: readonly Command[] = GROUPS.flatMap(({ commands }) => commands);

/** Does what the words say. Never rejects. */
export async function runCli(world: CliWorld): Promise<ExitCode> {
  let line: CommandLine | undefined;
  try {
    line = readCommandLine(world.argv, COMMANDS);
    if (line.kind === 'help') {
      world.stdout.write(helpOf(world, line.topic));
      return 0;
    }
    return await run(world, line);
  } catch (error) {
    const isJson = world.argv.includes('--json');
    if (error instanceof UsageError) return tellUsage(world, error, line);
    return tellFailure(world, error instanceof Failure ? error : unforeseen(world, error), isJson);
  }
}

async function run(world: CliWorld, line: Extract<CommandLine, { kind: 'run' }>): Promise<ExitCode> {
  const { command, words, global } = line;
  const { url, connect } = connectionOf(world, global);
  const answer = await answerOf(() => command.run({ world, url, connect, isJson: global.isJson }, words), url);
  show(world, answer, global);
  return answer.exitCode ?? 0;
}

/** What fetch throws is about the control API: a command that asks something else looks after that itself. */
async function answerOf(ask: () => Promise<Answer>, url: string): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    throw isOfNetwork(error) ? unreachable(url, error) : error;
  }
}

function show({ stdout, env, nowMs }: CliWorld, answer: Answer, { isJson }: GlobalOptions): void {
  if (!isJson) stdout.write(answer.text(pageOf(stdout, env, nowMs())));
  else if (answer.json !== undefined) stdout.write(`${JSON.stringify(answer.json, null, 2)}\n`);
}

function helpOf({ stdout, env, nowMs }: CliWorld, topic: readonly string[]): string {
  const page = pageOf(stdout, env, nowMs());
  const command = COMMANDS.find(({ name }) => name === topic.join(' '));
  if (command !== undefined) return helpOfCommand(command, page);
  const group = GROUPS.find(({ name }) => name === topic[0]);
  return group === undefined ? helpOfAll(GROUPS, page) : helpOfGroup(group, page);
}

function tellUsage(world: CliWorld, error: UsageError, line: CommandLine | undefined): ExitCode {
  const page = pageOf(world.stderr, world.env, world.nowMs());
  const [first] = world.argv;
  const group = GROUPS.find(({ name }) => name === first)?.name;
  const command = line?.kind === 'run' ? line.command : undefined;
  const usage = command === undefined ? '' : `Usage: ${usageOf(command)}\n`;
  const topic = command?.name ?? group;
  const more = `sluice ${topic === undefined ? '' : `${topic} `}--help tells more.\n`;
  world.stderr.write(`${page.paint('sluice:', 'bad')} ${error.message}\n${usage}${more}`);
  return 2;
}

/** A fault of this program, or an API that answers otherwise than it knows. */
function unforeseen({ env }: CliWorld, cause: unknown): Failure {
  const stack = withoutTokens(cause instanceof Error ? (cause.stack ?? cause.message) : 'no error was given');
  return new Failure('unforeseen', `Something went wrong that should not${env.SLUICE_DEBUG ? `: ${stack}` : '.'}`, {
    cause,
    advice: 'Is the control API of the same version as this program? With SLUICE_DEBUG=1 it says more.',
  });
}

/** A trace is pasted into issues and chats: what it says of a header must not give the token away. */
function withoutTokens(trace: string): string {
  return trace.replace(/Bearer [^"'\n]*/g, 'Bearer …');
}

function tellFailure(world: CliWorld, { code, message, advice }: Failure, isJson: boolean): ExitCode {
  const page = pageOf(world.stderr, world.env, world.nowMs());
  if (isJson) world.stderr.write(`${JSON.stringify({ code, message, advice })}\n`);
  else world.stderr.write(`${page.paint('sluice:', 'bad')} ${message}\n${advice === undefined ? '' : `${advice}\n`}`);
  return 1;
}

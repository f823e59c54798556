import { z } from 'zod';
import type { ControlClient } from '../client.ts';
import { ParameterMeta } from './options.ts';
import type { Page } from './text/page.ts';
import { UsageError } from './usage-error.ts';
import type { CliWorld } from './world.ts';

/** What a command has beside its own words. */
export interface CommandContext {
  readonly world: CliWorld;
  /** Where the control API is. */
  readonly url: string;
  /** Throws a Failure where there is no token. */
  readonly connect: () => Promise<ControlClient>;
  readonly isJson: boolean;
}

/** What a command found or did. */
export interface Answer {
  /** For programs; `undefined`: they have had all. */
  readonly json: unknown;
  /** For people. */
  readonly text: (page: Page) => string;
  /** What was found is not as it should be; absent: 0. */
  readonly exitCode?: 0 | 1;
}

/** The words of a command, as they were typed: options under their names in camel case. */
export interface Words {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | boolean>>;
}

/** An argument or an option, as help shows it. */
export interface Parameter {
  /** Camel case. */
  readonly name: string;
  /** `undefined`: a flag. */
  readonly word: string | undefined;
  readonly isNegatable: boolean;
  readonly isOptional: boolean;
  readonly description: string;
}

/** A command as it is run and documented, whatever its own types are. */
export interface Command {
  /** All words of it: `channels list`. */
  readonly name: string;
  readonly summary: string;
  readonly details: string | undefined;
  readonly examples: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly options: readonly Parameter[];
  /** Throws a UsageError, or a Failure. */
  readonly run: (context: CommandContext, words: Words) => Promise<Answer>;
}

/** A command as it is written. */
export interface CommandSpec<A extends z.ZodRawShape, O extends z.ZodRawShape> {
  readonly name: string;
  readonly summary: string;
  readonly details?: string;
  readonly examples?: readonly string[];
  /** In their order. */
  readonly parameters: z.ZodObject<A>;
  readonly options: z.ZodObject<O>;
  readonly run: (
    context: CommandContext,
    parameters: z.output<z.ZodObject<A>>,
    options: z.output<z.ZodObject<O>>,
  ) => Promise<Answer>;
}

export function command<A extends z.ZodRawShape, O extends z.ZodRawShape>(spec: CommandSpec<A, O>): Command {
  const parameters = parametersOf(spec.parameters);
  return {
    name: spec.name,
    summary: spec.summary,
    details: spec.details,
    examples: spec.examples ?? [],
    parameters,
    options: parametersOf(spec.options),
    run: async (context, { positionals, options }) => {
      if (positionals.length > parameters.length) {
        throw new UsageError(`"${positionals[parameters.length]}" is one word too many.`);
      }
      const named = Object.fromEntries(positionals.map((text, index) => [parameters[index]?.name, text]));
      return spec.run(
        context,
        parsed(spec.parameters, named, ({ word, name }) => word ?? name),
        parsed(spec.options, options, ({ name }) => optionName(name)),
      );
    },
  };
}

/** `dvrWindow` → `--dvr-window`. */
export function optionName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function parametersOf(schema: z.ZodObject): Parameter[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    if (!(field instanceof z.ZodType)) throw new TypeError(`${name} is no schema`);
    const { word, isNegatable, description } = ParameterMeta.parse(field.meta());
    return { name, word, isNegatable, description, isOptional: field.safeParse(undefined).success };
  });
}

function parsed<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
  input: Readonly<Record<string, string | boolean>>,
  nameOf: (parameter: Parameter) => string,
): z.output<z.ZodObject<S>> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const known = parametersOf(schema);
  const sentences = result.error.issues.map((issue) => {
    const parameter = known.find(({ name }) => name === issue.path[0]);
    if (parameter === undefined) return `${issue.message}.`;
    const isMissing = input[parameter.name] === undefined;
    return `${nameOf(parameter)} ${isMissing ? `is missing: ${parameter.description}` : faultOf(issue)}.`;
  });
  throw new UsageError([...new Set(sentences)].join('\n'));
}

function faultOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `is one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small') return `is ${issue.minimum} at least`;
  if (issue.code === 'too_big') return `is ${issue.maximum} at most`;
  return /^(is|has|must) /.test(issue.message) ? issue.message : `is wrong: ${issue.message}`;
}

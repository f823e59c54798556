import { z } from 'zod';
import { bitrateBps, durationMs } from './typed-quantity.ts';

/** What help says of an argument or option. */
export const ParameterMeta = z.object({
  /** What stands in its place: `SECONDS`; absent: it is a flag. */
  word: z.string().optional(),
  /** It can be said as `--no-…` too. */
  isNegatable: z.boolean().default(false),
  description: z.string(),
});

/** `--yes`: is it there? */
export function flag(description: string) {
  return z.boolean().default(false).meta({ description });
}

/** `--private`, `--no-private`, or neither. */
export function choice(description: string) {
  return z.boolean().optional().meta({ description, isNegatable: true });
}

/** `--name WORD`, which may be left out. */
export function value<T extends z.ZodType>(word: string, description: string, schema: T) {
  return schema.optional().meta({ word, description });
}

/** An argument, or an option that must be there. */
export function needed<T extends z.ZodType<unknown, string>>(word: string, description: string, schema: T) {
  // Of a branded or shared schema the description is the API's: this one has its own.
  return z.string().pipe(schema).meta({ word, description });
}

/** `one,other`: each as the schema says. */
export function listOf<T extends z.ZodType<unknown, string>>(schema: T) {
  return z
    .string()
    .transform((text) => text.split(',').map((word) => word.trim()))
    .pipe(z.array(schema).min(1));
}

/** A length of time in milliseconds: `90s`, `1h30m`, `7d`; a number by itself counts in this unit. */
export function duration(bareUnit: 's' | 'd') {
  return z.string().transform((text, context) => {
    const ms = durationMs(text, bareUnit);
    if (ms !== undefined) return ms;
    context.addIssue('is a length of time, such as 90s, 5m, 1h30m or 7d');
    return z.NEVER;
  });
}

/** Bits a second: `2800k`, `6M`. */
export const Bitrate = z.string().transform((text, context) => {
  const bps = bitrateBps(text);
  if (bps !== undefined) return bps;
  context.addIssue('is a bitrate, such as 800k, 6M or 6000000 (bits a second)');
  return z.NEVER;
});

export const WholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'is a whole number')
  .transform(Number);

/** How many rows a list has at most, where nobody says. */
const ROWS_DEFAULT = 100;
/** A table that nobody reads, and minutes of requests. */
const ROWS_MAX = 10_000;

/** `--limit N` of lists. */
export const Limit = WholeNumber.pipe(z.int().min(1).max(ROWS_MAX))
  .default(ROWS_DEFAULT)
  .meta({ word: 'N', description: `at most so many rows (${ROWS_DEFAULT})` });

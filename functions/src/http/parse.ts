import type { z } from 'zod';
import { Refusal } from './refusal.ts';

/** A sentence about more faults than this helps nobody. */
const FAULTS_TOLD_MAX = 5;

/** Checks what came from outside. Throws a Refusal whose sentence names each wrong field, and never its value. */
export function parse<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new Refusal('request-invalid', describeFaults(what, read.error.issues));
}

/** What is wrong with what came from outside, without saying what it was. */
export function describeFaults(what: string, issues: readonly z.core.$ZodIssue[]): string {
  return `${what} is not as it should be: ${issues.slice(0, FAULTS_TOLD_MAX).map(describeFault).join('; ')}.`;
}

function describeFault({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
}

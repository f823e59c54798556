import type { z } from 'zod';
import { Refusal } from './refusal.ts';

/** A sentence about more faults than this helps nobody. */
const FAULTS_TOLD_MAX = 5;

/** Checks what came from outside. Throws a Refusal whose sentence names each wrong field, and never its value. */
export function parse<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const faults = read.error.issues.slice(0, FAULTS_TOLD_MAX).map(describeFault);
  throw new Refusal('request-invalid', `${what} is not as it should be: ${faults.join('; ')}.`);
}

function describeFault({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
}

import { Token } from 'aws-cdk-lib/core';
import type { z } from 'zod';

/**
 * Checks at synth what the function will check: wrong properties are refused before anything is deployed. What is known
 * only when it is deployed (tokens) is left to the function. Throws Error.
 */
export function assertProperties(what: string, schema: z.ZodType, properties: object): void {
  const read = schema.safeParse(properties);
  if (read.success) return;
  for (const { path, message } of read.error.issues) {
    const value = path.reduce<unknown>((found, key) => (isRecord(found) ? found[String(key)] : undefined), properties);
    if (Token.isUnresolved(value)) continue;
    throw new Error(`${what}: ${path.join('.')} is not as it should be: ${message}`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

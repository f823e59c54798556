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
    if (isKnownLater(properties, path)) continue;
    throw new Error(`${what}: ${path.join('.')} is not as it should be: ${message}`);
  }
}

/** Whether a value, or a list that it is in, is a token. */
function isKnownLater(properties: object, path: readonly PropertyKey[]): boolean {
  let value: unknown = properties;
  for (const key of path) {
    value = isRecord(value) ? value[String(key)] : undefined;
    if (Token.isUnresolved(value)) return true;
  }
  return false;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

import { z } from 'zod';

/** For a schema's transform: the value that a text writes. What is wrong with it is not quoted: it may be secret. */
export function parsedJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not JSON' });
    return z.NEVER;
  }
}

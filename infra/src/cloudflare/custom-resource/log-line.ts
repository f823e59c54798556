import type { Log } from './custom-resource.ts';

/** A line of JSON, which Lambda puts into the function's log as it is. */
export const logLine: Log = (level, message) => {
  process.stdout.write(`${JSON.stringify({ level, message })}\n`);
};

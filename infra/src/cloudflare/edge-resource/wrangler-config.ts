import { readFileSync } from 'node:fs';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { z } from 'zod';
import { WorkerConfig } from './worker-config.ts';

/** What wrangler needs and Cloudflare is not told: the deployment names the Worker and brings it built. */
const ForWranglerAlone = z.object({ $schema: z.string().optional(), name: z.string(), main: z.string() });

/** Reads wrangler.jsonc. Throws when it is not what it should be. */
export function readWorkerConfig(path: string): WorkerConfig {
  const errors: ParseError[] = [];
  const read: unknown = parse(readFileSync(path, 'utf8'), errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${printParseErrorCode(error.error)} at byte ${error.offset}`);
  const { $schema: _schema, name: _name, main: _main, ...config } = ForWranglerAlone.loose().parse(read);
  const parsed = WorkerConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  throw new Error(`${path} has something that the deployment does not know:\n${z.prettifyError(parsed.error)}`);
}

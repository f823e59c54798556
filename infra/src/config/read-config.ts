import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { DeploymentConfig } from './deployment-config.ts';

const Module = z.object({ default: z.unknown() });

/** Checks what a team wrote; `source` is what the message calls it. Throws ConfigError. */
export function parseConfig(written: unknown, source: string): DeploymentConfig {
  const read = DeploymentConfig.safeParse(written);
  if (read.success) return read.data;
  const lines = read.error.issues.map((issue) => `  ${sentenceOf(issue)}`);
  throw new ConfigError(
    `${source} cannot be deployed as it is:\n${lines.join('\n')}\ndocs/DEPLOY.md explains each setting.`,
  );
}

/** Reads the TypeScript file at `path`, whose default export is the configuration. Rejects with ConfigError. */
export async function readConfig(path: string): Promise<DeploymentConfig> {
  const file = resolve(path);
  const name = basename(file);
  if (!existsSync(file)) throw new ConfigError(`There is no ${path}. Copy one of infra/examples to sluice.config.ts.`);
  const module = Module.safeParse(await import(pathToFileURL(file).href));
  if (!module.success) throw new ConfigError(`${name} has to say: export default defineDeployment({ … });`);
  return parseConfig(module.data.default, name);
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return `${path === '' ? '' : `${path}: `}there is no setting called ${issue.keys.join(', ')}`;
  }
  return `${path === '' ? 'it' : path}: ${issue.message}`;
}

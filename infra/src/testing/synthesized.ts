import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { App, type Stack } from 'aws-cdk-lib/core';
import { z } from 'zod';
import type { DeploymentConfigInput } from '../config/deployment-config.ts';
import { parseConfig } from '../config/read-config.ts';
import { addDeployment, type SluiceDeployment } from '../sluice-deployment.ts';

const CdkFile = z.object({ context: z.record(z.string(), z.unknown()) });
const cdkFile = CdkFile.parse(JSON.parse(readFileSync(new URL('../../../cdk.json', import.meta.url), 'utf8')));

/** What cdk.json sets; functions are not bundled and assets not copied: that takes seconds and changes no property. */
export function cdkContext(): Record<string, unknown> {
  return { ...cdkFile.context, 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true };
}

/** Any file: what is in it changes no property. */
export const WORKER = fileURLToPath(new URL('worker-of-the-tests.js', import.meta.url));

/** The least that a team says. */
export const LEAST = {
  name: 'test',
  domain: 'live.example.com',
  aws: { accountId: '111122223333', regions: ['eu-west-1'] },
  cloudflare: { accountId: '0123456789abcdef0123456789abcdef' },
} as const satisfies DeploymentConfigInput;

/** A deployment as `cdk synth` makes it; see cdkContext. */
export class Synthesized {
  readonly deployment: SluiceDeployment;
  readonly #templates: ReadonlyMap<Stack, Template>;

  constructor(config: Partial<DeploymentConfigInput> = {}) {
    const outdir = mkdtempSync(join(tmpdir(), 'sluice-synth-'));
    const app = new App({ context: cdkContext(), outdir });
    this.deployment = addDeployment(app, parseConfig({ ...LEAST, ...config }, 'the test'), WORKER);
    this.#templates = new Map(this.stacks.map((stack) => [stack, Template.fromStack(stack)]));
    rmSync(outdir, { recursive: true });
  }

  get storage(): Template {
    return this.of(this.deployment.storage);
  }

  get control(): Template {
    return this.of(this.deployment.control);
  }

  get edge(): Template {
    return this.of(this.deployment.edge);
  }

  get overview(): Template {
    return this.of(this.deployment.overview);
  }

  get names(): Template {
    return this.of(this.deployment.names);
  }

  /** Of the first region, if none is named. */
  ingest(index = 0): Template {
    return this.of(this.deployment.ingest[index]);
  }

  observability(index = 0): Template {
    return this.of(this.deployment.observability[index]);
  }

  get stacks(): readonly Stack[] {
    const { names, storage, control, edge, ingest, observability, overview } = this.deployment;
    return [names, storage, control, ...(edge === undefined ? [] : [edge]), ...ingest, ...observability, overview];
  }

  of(stack: Stack | undefined): Template {
    const template = stack === undefined ? undefined : this.#templates.get(stack);
    if (template === undefined) throw new Error('there is no such stack');
    return template;
  }
}

import type { WorkersApi } from '../api/workers-api.ts';
import type { Log } from '../custom-resource/custom-resource.ts';
import { Refusal } from '../custom-resource/refusal.ts';
import type { EdgeProperties } from './edge-properties.ts';
import { planMigrations } from './migrations.ts';
import { tagsOfOurs } from './worker-owner.ts';
import { type UploadSecrets, uploadForm } from './worker-upload.ts';

export type WorkerCode = Uint8Array<ArrayBuffer>;

export interface WorkerStepOptions {
  readonly workers: WorkersApi;
  readonly properties: EdgeProperties;
  readonly oldProperties: EdgeProperties | undefined;
  readonly secrets: UploadSecrets;
  /** Of `properties`. */
  readonly code: WorkerCode;
  /** Of other properties. */
  readonly readCode: (properties: EdgeProperties) => Promise<WorkerCode>;
  readonly mark: string;
  readonly log: Log;
}

/** Uploads the Worker, with the Durable Object migrations that it does not have yet. */
export async function ensureWorker(options: WorkerStepOptions): Promise<void> {
  const { workers, properties, secrets, code, mark } = options;
  const { WorkerName: name } = properties;
  const found = await workers.worker(name);
  const plan = planMigrations(properties.Worker.migrations, found?.migrationTag);
  const tags = tagsOfOurs(found, properties, mark);
  if (plan.kind === 'ahead') return uploadNewer(options, plan.tag, tags);
  const migrations = plan.kind === 'steps' ? plan.upload : undefined;
  await workers.upload(name, uploadForm({ properties, secrets, code, migrations, tags }));
}

/**
 * The way back from a deployment that went across a migration. Cloudflare takes no code back across one
 * (developers.cloudflare.com/workers/versions-and-deployments/rollbacks), so the newer code stays, and its bindings; what
 * the deployment tells it is as before.
 */
async function uploadNewer(options: WorkerStepOptions, tag: string, tags: readonly string[]): Promise<void> {
  const { workers, properties, oldProperties: newer, secrets, readCode, log } = options;
  const name = properties.WorkerName;
  if (newer?.Worker.migrations.at(-1)?.tag !== tag) {
    throw new Refusal(
      `The Worker has the Durable Object migration ${tag}, which this version of Sluice does not know. Deploy the version that has it, or a later one.`,
    );
  }
  const kept = { ...properties, Worker: newer.Worker };
  const code = await readCode(newer);
  await workers.upload(name, uploadForm({ properties: kept, secrets, code, migrations: undefined, tags }));
  log(
    'warn',
    `The Worker ${name} keeps its newer code: it has the Durable Object migration ${tag}, and Cloudflare takes no code back across one. Everything else is as it was. Deploy that version, or a later one, again.`,
  );
}

import type { WorkersApi } from '../api/workers-api.ts';
import type { Log } from '../custom-resource/custom-resource.ts';
import { Refusal } from '../custom-resource/refusal.ts';
import type { EdgeProperties } from './edge-properties.ts';
import { planMigrations } from './migrations.ts';
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
  if (plan.kind === 'ahead') return uploadNewer(options, plan.tag);
  const migrations = plan.kind === 'steps' ? plan.upload : undefined;
  await workers.upload(name, uploadForm({ properties, secrets, code, migrations, mark }));
}

/**
 * The way back from a deployment that went across a migration. Cloudflare takes no code back across one
 * (developers.cloudflare.com/workers/versions-and-deployments/rollbacks), so the newer code stays, and its bindings; what
 * the deployment tells it is as before.
 */
async function uploadNewer(options: WorkerStepOptions, tag: string): Promise<void> {
  const { workers, properties, oldProperties: newer, secrets, readCode, mark, log } = options;
  const name = properties.WorkerName;
  if (newer?.Worker.migrations.at(-1)?.tag !== tag) {
    throw new Refusal(
      `The Worker has the Durable Object migration ${tag}, which this version of Sluice does not know. Deploy the version that has it, or a later one.`,
    );
  }
  const kept = { ...properties, Worker: newer.Worker };
  const code = await readCode(newer);
  await workers.upload(name, uploadForm({ properties: kept, secrets, code, migrations: undefined, mark }));
  log(
    'warn',
    `The Worker ${name} keeps its newer code: it has the Durable Object migration ${tag}, and Cloudflare takes no code back across one. Everything else is as it was. Deploy that version, or a later one, again.`,
  );
}

/** A Worker of that name that is not ours stays as it is. Throws Refusal. */
export async function assertWorkerFree(workers: WorkersApi, name: string, mark: string): Promise<void> {
  if ((await ownerOf(workers, name, mark)) !== 'other') return;
  throw new Refusal(
    `There is a Worker ${name} in the account that this stack did not make. Name another one (workerName).`,
  );
}

export async function ownerOf(workers: WorkersApi, name: string, mark: string): Promise<'us' | 'other' | 'nobody'> {
  const found = await workers.worker(name);
  if (found === undefined) return 'nobody';
  return found.tags.includes(mark) ? 'us' : 'other';
}

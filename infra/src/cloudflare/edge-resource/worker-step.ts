import type { WorkersApi } from '../api/workers-api.ts';
import type { Log } from '../custom-resource/custom-resource.ts';
import { Refusal } from '../custom-resource/refusal.ts';
import type { EdgeProperties } from './edge-properties.ts';
import { assertRollback, planMigrations } from './migrations.ts';
import { type UploadSecrets, uploadForm } from './worker-upload.ts';

export interface WorkerStepOptions {
  readonly workers: WorkersApi;
  readonly properties: EdgeProperties;
  readonly oldProperties: EdgeProperties | undefined;
  readonly secrets: UploadSecrets;
  readonly code: Uint8Array<ArrayBuffer>;
  readonly mark: string;
  readonly log: Log;
}

/** Uploads the Worker, with the Durable Object migrations that it does not have yet. */
export async function ensureWorker(options: WorkerStepOptions): Promise<void> {
  const { workers, properties, oldProperties, secrets, code, mark, log } = options;
  const { WorkerName: name } = properties;
  const found = await workers.worker(name);
  const plan = planMigrations(properties.Worker.migrations, found?.migrationTag);
  if (plan.kind === 'ahead') {
    assertRollback(plan.tag, oldProperties?.Worker.migrations);
    log(
      'warn',
      `The Worker ${name} keeps its newer code and bindings: it has the Durable Object migration ${plan.tag}, and Cloudflare takes no code back across one. Everything else is as it was. Deploy that version, or a later one, again.`,
    );
    return;
  }
  const migrations = plan.kind === 'steps' ? plan.upload : undefined;
  await workers.upload(name, uploadForm({ properties, secrets, code, migrations, mark }));
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

import type { FoundWorker, WorkersApi } from '../api/workers-api.ts';
import { Refusal } from '../custom-resource/refusal.ts';
import { isStackMark } from '../custom-resource/stack-mark.ts';
import type { EdgeProperties } from './edge-properties.ts';

/**
 * Beside our mark, from the upload that took the Worker over to the first one that is no longer told to. A take-over may
 * fail after that upload, and CloudFormation deletes what failed: what was there before must not be lost with it.
 */
const TAKEN_OVER_TAG = 'sluice-taken-over';

/**
 * Whose a Worker is, by its tags: ours (`taken`: since a take-over that may still be undone), another stack's of Sluice, or
 * somebody's.
 */
export type WorkerOwner = 'nobody' | 'us' | 'taken' | 'another-stack' | 'somebody';

/** Whose the Worker of that name is. */
export async function ownerOf(workers: WorkersApi, name: string, mark: string): Promise<WorkerOwner> {
  return ownerOfFound(await workers.worker(name), mark);
}

/** Throws Refusal where there is a Worker of that name that is neither ours nor may be taken over: it stays as it is. */
export async function assertWorkerFree(
  workers: WorkersApi,
  { WorkerName: name, TakesOver }: EdgeProperties,
  mark: string,
): Promise<void> {
  const owner = await ownerOf(workers, name, mark);
  if (owner === 'somebody') {
    throw new Refusal(
      `There is a Worker ${name} in the account that this stack did not make. Name another one (workerName).`,
    );
  }
  if (owner !== 'another-stack' || TakesOver) return;
  throw new Refusal(
    `There is a Worker ${name} in the account that another stack of Sluice made, and this stack did not make. Name another one (workerName), or take it over: docs/CLOUDFLARE.md, "Another stack takes over".`,
  );
}

/** The tags that make a Worker ours; the other stack's is not among them. */
export function tagsOfOurs(
  found: FoundWorker | undefined,
  { TakesOver }: EdgeProperties,
  mark: string,
): readonly string[] {
  const owner = ownerOfFound(found, mark);
  const isTaken = TakesOver && (owner === 'another-stack' || owner === 'taken');
  return isTaken ? [mark, TAKEN_OVER_TAG] : [mark];
}

function ownerOfFound(found: FoundWorker | undefined, mark: string): WorkerOwner {
  if (found === undefined) return 'nobody';
  if (found.tags.includes(mark)) return found.tags.includes(TAKEN_OVER_TAG) ? 'taken' : 'us';
  return found.tags.some(isStackMark) ? 'another-stack' : 'somebody';
}

import { runInDurableObject } from 'cloudflare:test';
import { expect } from 'vitest';

/** Ends an object as the platform does when it moves one or has a new version of the Worker. */
export async function resetObject(stub: DurableObjectStub): Promise<void> {
  const resetting = runInDurableObject(stub, (_object, state) => state.abort('a new version'));
  await expect(resetting).rejects.toThrow('a new version');
}

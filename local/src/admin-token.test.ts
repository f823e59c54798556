import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminToken, adminTokenPath } from './admin-token.ts';

describe('the admin token', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-token-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('stays the same from one start to the next, and is another in another directory', async () => {
    const first = await adminToken(directory);
    expect(await adminToken(directory)).toBe(first);
    const other = await mkdtemp(join(tmpdir(), 'sluice-token-'));
    expect(await adminToken(other)).not.toBe(first);
    await rm(other, { recursive: true });
  });

  it.runIf(process.platform !== 'win32')('can be read by its owner only', async () => {
    await adminToken(directory);
    expect((await stat(adminTokenPath(directory))).mode & 0o777).toBe(0o600);
  });

  it('is made anew when the file was damaged', async () => {
    await writeFile(adminTokenPath(directory), 'short');
    expect(await adminToken(directory)).toMatch(/^[0-9a-f]{48}$/);
  });
});

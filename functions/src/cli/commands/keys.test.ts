import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TestCli } from '../cli-fixture.ts';

let cli: TestCli;
beforeEach(async () => {
  cli = await TestCli.start();
});
afterEach(() => cli[Symbol.asyncDispose]());

describe('sluice keys', () => {
  it('makes, rotates, disables and deletes them, and shows a key once', async () => {
    await cli.done('channels', 'create', 'studio');
    const Made = z.object({ keyId: z.string(), streamKey: z.string() });
    const made = Made.parse(await cli.json('keys', 'create', 'studio', '--label', 'camera 1', '--role', 'backup'));
    const list = await cli.done('keys', 'list', 'studio');
    expect(list).toMatch(new RegExp(`^${made.keyId}  camera 1  backup  good   `, 'm'));
    expect(list).not.toContain(made.streamKey);
    const rotated = Made.parse(await cli.json('keys', 'rotate', 'studio', made.keyId, '--yes'));
    expect(rotated.keyId).toBe(made.keyId);
    expect(rotated.streamKey).not.toBe(made.streamKey);
    expect(await cli.done('keys', 'disable', 'studio', made.keyId)).toContain('is disabled');
    expect(await cli.done('keys', 'list', 'studio')).toMatch(/ disabled /);
    expect(await cli.done('keys', 'enable', 'studio', made.keyId)).toContain('is enabled');
    await cli.done('keys', 'delete', 'studio', made.keyId, '--yes');
    expect(await cli.done('keys', 'list', 'studio')).toBe(
      'studio has no stream key. sluice keys create studio makes one.\n',
    );
    expect(await cli.done('keys', 'create', 'studio')).toMatch(/^stream key {2}[a-z0-9]{32}\n/);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestCli } from './cli-fixture.ts';

let cli: TestCli;
beforeEach(async () => {
  cli = await TestCli.start();
});
afterEach(() => cli[Symbol.asyncDispose]());

describe('what cannot be undone', () => {
  beforeEach(() => cli.done('channels', 'create', 'studio'));

  it('is done where its name is typed', async () => {
    const { exitCode, err, out } = await cli.run(['channels', 'delete', 'studio'], { typed: 'studio' });
    expect([exitCode, out]).toEqual([0, 'Channel studio is deleted.\n']);
    expect(err).toMatch(/^Channel studio goes, with its stream keys, .*\nType studio to go on: $/);
  });

  it('is not done where something else is', async () => {
    const { exitCode, err } = await cli.run(['channels', 'delete', 'studio'], { typed: 'y' });
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/sluice: Nothing was done\.\n$/)]);
    await cli.done('channels', 'show', 'studio');
  });

  it('needs --yes where nobody can be asked', async () => {
    const [exitCode, err] = await cli.refusal('channels', 'delete', 'studio');
    expect([exitCode, err]).toEqual([2, expect.stringMatching(/Nobody can be asked here: say --yes if it is meant\./)]);
    await cli.done('channels', 'show', 'studio');
  });
});

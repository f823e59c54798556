import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ADMIN_TOKEN } from '../test-app.ts';
import { TestCli } from './cli-fixture.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/sluice.mjs', import.meta.url));

/** Four processes, on a machine that does much else. */
const PROCESSES_MS_MAX = 60_000;

/** The program itself, as a process, with nobody at its terminal. */
function sluice(
  words: readonly string[],
  env: Record<string, string>,
): Promise<[code: unknown, out: string, err: string]> {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...words], { env }, (error, out, err) =>
      resolve([error?.code ?? 0, out, err]),
    );
  });
}

it('is a program: words in, text and an exit code out', { timeout: PROCESSES_MS_MAX }, async () => {
  await using cli = await TestCli.start();
  const env = { SLUICE_URL: cli.url, SLUICE_TOKEN: ADMIN_TOKEN };
  const [made, help, wrong, refused] = await Promise.all([
    sluice(['channels', 'create', 'studio', '--json'], env),
    sluice(['--help'], env),
    sluice(['chanels'], env),
    sluice(['channels', 'delete', 'other'], env),
  ]);
  expect(made).toEqual([0, expect.stringMatching(/"channelId": "studio"/), '']);
  expect(help).toEqual([0, expect.stringMatching(/^sluice: live streams/), '']);
  expect(wrong).toEqual([2, '', expect.stringMatching(/Did you mean "channels"\?/)]);
  expect(refused).toEqual([1, '', expect.stringMatching(/There is no such channel/)]);
});

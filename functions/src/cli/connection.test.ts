import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN } from '../test-app.ts';
import { FakeSite, runWith, TestCli } from './cli-fixture.ts';

let cli: TestCli;
beforeEach(async () => {
  cli = await TestCli.start();
});
afterEach(() => cli[Symbol.asyncDispose]());

describe('where the control API is, and who asks', () => {
  const files = { '.sluice/admin-token': `${ADMIN_TOKEN}\n`, 'other/admin-token': 'wrong' };

  it('is the system on this machine, with the token of its data directory', async () => {
    const env = { SLUICE_TOKEN: '' };
    expect((await cli.run(['channels', 'list'], { env, files })).exitCode).toBe(0);
    expect((await cli.run(['channels', 'list', '--data', 'other'], { files })).exitCode).toBe(1);
    const { exitCode, err } = await cli.run(['channels', 'list'], { env });
    expect([exitCode, err]).toEqual([1, expect.stringMatching(/admin-token is not there\.\nSet SLUICE_TOKEN/)]);
  });

  it('never sends the token of this machine elsewhere', async () => {
    const asked: string[] = [];
    const spy: typeof fetch = async (input) => {
      asked.push(String(input));
      return new Response('{}');
    };
    const words = ['channels', 'list', '--url', 'https://control.example'];
    for (const more of [[], ['--data', '.sluice']]) {
      const { exitCode, err } = await runWith([...words, ...more], { files, fetch: spy });
      expect([exitCode, err]).toEqual([
        1,
        'sluice: There is no token for control.example.\nSet SLUICE_TOKEN to an API token.\n',
      ]);
    }
    expect(asked).toEqual([]);
  });

  it('warns of a token that process lists show, once, and of one that is sent in the open', async () => {
    const { err, exitCode } = await cli.run(['channels', 'list', '--token', ADMIN_TOKEN]);
    expect([exitCode, err]).toEqual([
      0,
      'Warning: a token on the command line shows in process lists. SLUICE_TOKEN does not.\n',
    ]);
    const open = await runWith(['channels', 'list', '--url', 'http://control.example'], {
      env: { SLUICE_TOKEN: 'x' },
      fetch: async () => Response.json({ channels: [], next: null }),
    });
    expect(open.err).toMatch(/^Warning: control\.example is asked without TLS/);
  });

  it('is a tenant of the operator’s choice', async () => {
    await cli.app.admin('POST', '/v1/tenants', { tenantId: 'acme' });
    await cli.done('channels', 'create', 'theirs', '--tenant', 'acme');
    expect(await cli.done('channels', 'list')).toMatch(/^There is no channel/);
    expect((await cli.run(['channels', 'list'], { env: { SLUICE_TENANT: 'acme' } })).out).toContain('theirs');
  });

  it('is no tenant where that is no id of one', async () => {
    for (const tenant of ['münchen→', 'a\nb', 'ACME']) {
      const { exitCode, err } = await cli.run(['channels', 'list', '--tenant', tenant]);
      expect([exitCode, err]).toEqual([
        2,
        expect.stringMatching(/^sluice: --tenant \(or SLUICE_TENANT\) is wrong: a tenant id is 2 to 63 of /),
      ]);
    }
  });

  it('shows no token of a file that holds more than one', async () => {
    const { exitCode, err } = await cli.run(['live'], {
      env: { SLUICE_TOKEN: '', SLUICE_DEBUG: '1' },
      files: { '.sluice/admin-token': `${ADMIN_TOKEN}\n# of the demo\n` },
    });
    expect([exitCode, err]).toEqual([
      1,
      expect.stringMatching(/^sluice: There is no token: \S+ has blanks or other characters that no token has\.\n/),
    ]);
    expect(err).not.toContain(ADMIN_TOKEN);
  });

  it('shows no token in a trace', async () => {
    const { err } = await cli.run(['live'], {
      env: { SLUICE_DEBUG: '1' },
      fetch: async (_, init) => {
        throw new TypeError(`"${new Headers(init?.headers).get('authorization')}" is an invalid header value`);
      },
    });
    expect(err).toMatch(/TypeError: "Bearer …" is an invalid header value/);
    expect(err).not.toContain(ADMIN_TOKEN);
  });

  it('is unreachable where its answer breaks off', async () => {
    await using site = await FakeSite.start((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"channels":[', () => response.destroy());
    });
    const { exitCode, err } = await cli.run(['channels', 'list'], { env: { SLUICE_URL: site.url } });
    expect([exitCode, err]).toEqual([
      1,
      expect.stringMatching(/^sluice: \S+ does not answer: the connection was broken off\.\n/),
    ]);
  });

  it('is said where it is wrong, and no token with it', async () => {
    const wrong = await cli.run(['channels', 'list'], { env: { SLUICE_TOKEN: 'a-wrong-token' } });
    expect([wrong.exitCode, wrong.err]).toEqual([
      1,
      'sluice: The bearer token is missing or wrong.\nSet SLUICE_TOKEN to an API token of this deployment, or name its data directory with --data DIR.\n',
    ]);
    const nowhere = await cli.run(['live'], { env: { SLUICE_URL: 'http://127.0.0.1:1' } });
    expect([nowhere.exitCode, nowhere.err]).toEqual([
      1,
      expect.stringMatching(/^sluice: http:\/\/127\.0\.0\.1:1 does not answer: .*\.\nDoes the system run/),
    ]);
    const edge = await cli.run(['live'], { env: { SLUICE_URL: cli.app.edge.url } });
    expect([edge.exitCode, edge.err]).toEqual([
      1,
      expect.stringMatching(/It answered 200, and not as the control API does/),
    ]);
    const strange = await cli.run(['live'], { fetch: async () => Response.json({ version: 1 }) });
    expect([strange.exitCode, strange.err]).toEqual([
      1,
      expect.stringMatching(/of the same version as this program\?/),
    ]);
    const noUrl = await cli.run(['live', '--url', 'control.example']);
    expect([noUrl.exitCode, noUrl.err]).toEqual([2, expect.stringMatching(/--url \(or SLUICE_URL\) is an address/)]);
    const json = await cli.run(['channels', 'show', 'nobody', '--json']);
    expect(JSON.parse(json.err)).toMatchObject({ code: 'no-such-channel', message: 'There is no such channel.' });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN_TOKEN } from '../test-app.ts';
import { carefulFetch, sentOnTo } from './careful-fetch.ts';
import { FakeSite, TestCli } from './cli-fixture.ts';

let cli: TestCli;
beforeEach(async () => {
  cli = await TestCli.start();
});
afterEach(() => cli[Symbol.asyncDispose]());

describe('a control API behind something that sends on', () => {
  let asked: (string | undefined)[];
  let front: FakeSite;
  beforeEach(async () => {
    asked = [];
    front = await FakeSite.start((request, response) => {
      asked.push(request.method);
      response.writeHead(301, { location: `${cli.url}${request.url}?ticket=of-a-login` }).end();
    });
  });
  afterEach(() => front[Symbol.asyncDispose]());

  it('does nothing of what it is told, and the tool says so', async () => {
    await cli.done('channels', 'create', 'studio');
    const { exitCode, out, err } = await cli.run(['tokens', 'revoke', 'studio', '--all'], {
      env: { SLUICE_URL: front.url },
    });
    expect([exitCode, out]).toEqual([1, '']);
    expect(err).toBe(
      [
        `sluice: It answered 301 and sends on to ${cli.url}/v1/channels/studio/playback-revocations, which is not followed.`,
        'Name the control API where it is, so that nothing sends on: --url or SLUICE_URL.',
        '',
      ].join('\n'),
    );
    expect(asked).toEqual(['POST']);
    expect(err).not.toContain(ADMIN_TOKEN);
  });

  it('is what doctor says of it', async () => {
    const { exitCode, out } = await cli.run(['doctor', '--rtmp', '127.0.0.1:1'], { env: { SLUICE_URL: front.url } });
    expect(exitCode).toBe(1);
    expect(out).toMatch(/fail {2}health +It answered 301 and sends on to [^?]*\/healthz,/);
    expect(out).toMatch(/fail {2}token +It answered 301 and sends on to [^?]*\/v1\/channels,/);
  });
});

it('that is the edge’s is what doctor says of it, too', async () => {
  await using cli = await TestCli.start();
  await using front = await FakeSite.start((request, response) => {
    response.writeHead(308, { location: `https://edge.example${request.url}` }).end();
  });
  const { exitCode, out } = await cli.run(['doctor', '--edge', front.url]);
  expect(exitCode).toBe(1);
  for (const point of ['time', 'CORS', 'guard']) {
    expect(out).toMatch(new RegExp(`fail {2}${point} +It answered 308 and sends on to\\s+https://edge.example/`));
  }
});

describe('an answer that sends on', () => {
  const sent = (location: string, status = 308) => new Response(null, { status, headers: { location } });

  it.each([
    ['https://user:secret@other.example/v1?token=secret#secret', 'https://other.example/v1'],
    ['/elsewhere', 'https://control.example/elsewhere'],
    ['https://', 'an address that is none'],
  ])('to %s', (location, there) => {
    expect(sentOnTo(sent(location), 'https://control.example/v1/channels')).toBe(there);
  });

  it('is none that has another status, or no address', () => {
    expect(sentOnTo(sent('/v1/channels/studio', 201), 'https://control.example/')).toBeUndefined();
    expect(sentOnTo(new Response(null, { status: 304 }), 'https://control.example/')).toBeUndefined();
  });
});

it('is over with the signal of whoever asks', async () => {
  const over = new AbortController();
  await using silent = await FakeSite.start(() => over.abort(new Error('enough')));
  await expect(carefulFetch(fetch)(silent.url, { signal: over.signal })).rejects.toThrow('enough');
});

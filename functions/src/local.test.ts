import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthorizeAnswer, ChannelId } from '@sluice/contracts';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ControlOptions, startControl } from './index.ts';
import { ADMIN_TOKEN, EDGE_TOKEN, NODE_TOKEN } from './test-app.ts';

let directory: string;
let options: ControlOptions;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-local-'));
  options = {
    host: '127.0.0.1',
    port: 0,
    databasePath: join(directory, 'control.sqlite'),
    nodeToken: NODE_TOKEN,
    adminToken: ADMIN_TOKEN,
    edgeToken: EDGE_TOKEN,
    edgeUrl: 'http://127.0.0.1:1',
    bucket: { name: 'media', endpoint: 'http://127.0.0.1:1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } },
    seed: { channelId: ChannelId.parse('demo'), streamKey: 'demo-key', profile: 'low' },
  };
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function post(url: string, body: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${NODE_TOKEN}`, 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

const ask = { streamKey: 'demo-key', protocol: 'rtmp', clientAddress: '127.0.0.1', nodeId: 'node-1' };

describe('the control API over a socket', () => {
  it('authorizes, restarts, and renews what it signed before with the same public key', async () => {
    const first = await startControl(options);
    const answer = AuthorizeAnswer.parse(await (await post(`${first.url}/v1/ingest/authorize`, ask)).json());
    expect(await (await fetch(`${first.url}/.well-known/jwks.json`)).json()).toEqual(first.jwks);
    await first.close();

    const second = await startControl(options);
    expect(second.jwks).toEqual(first.jwks);
    const body = { grant: answer.grant, nodeId: 'node-1' };
    const renewed = AuthorizeAnswer.parse(await (await post(`${second.url}/v1/ingest/renew`, body)).json());
    await jwtVerify(renewed.grant, createLocalJWKSet(second.jwks));
    await second.close();
  });

  it('refuses a body that is too large while it is still coming', async () => {
    const control = await startControl(options);
    const answer = await post(`${control.url}/v1/ingest/authorize`, { ...ask, streamKey: 'x'.repeat(1_000_000) });
    expect(answer.status).toBe(413);
    await control.close();
  });

  it('is gone after it was closed, and can be closed again', async () => {
    const control = await startControl(options);
    await fetch(`${control.url}/healthz`).then((answer) => answer.text());
    await control.close();
    await control.close();
    await expect(fetch(`${control.url}/healthz`)).rejects.toThrow();
  });

  it('says so when the port is taken, and leaves the file free', async () => {
    const squatter = createServer();
    const port = await new Promise<number>((resolve) =>
      squatter.listen(0, '127.0.0.1', () => {
        const address = squatter.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      }),
    );
    await expect(startControl({ ...options, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    squatter.close();
    await (await startControl(options)).close();
  });

  it('does not start with a token that could be guessed', async () => {
    await expect(startControl({ ...options, nodeToken: 'x'.repeat(15) })).rejects.toThrow(/at least 16/);
    await expect(startControl({ ...options, adminToken: '' })).rejects.toThrow(/at least 16/);
  });
});

describe('the API over a socket', () => {
  it('takes requests without a body, and refuses one of another type', async () => {
    const control = await startControl(options);
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const kick = `${control.url}/v1/channels/demo/kick`;
    expect((await fetch(kick, { method: 'POST', headers })).status).toBe(204);
    expect((await fetch(kick, { method: 'POST', headers, body: 'x=1' })).status).toBe(415);
    const key = await fetch(`${control.url}/v1/channels/demo/stream-keys`, { method: 'POST', headers });
    expect(key.status).toBe(201);
    const large = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: ' '.repeat(17_000),
    };
    expect((await fetch(`${control.url}/v1/channels`, large)).status).toBe(413);
    await control.close();
  });
});

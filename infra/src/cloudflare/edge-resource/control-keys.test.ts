import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publicKey } from '../testing/edge-world.ts';
import { fetchControlKeys } from './control-keys.ts';

const FIVE_MINUTES_MS = 300_000;
const KEYS = JSON.stringify({ keys: [publicKey()] });

let owned: AsyncDisposableStack;
let waitsMs: number[];
beforeEach(() => {
  owned = new AsyncDisposableStack();
  waitsMs = [];
});
afterEach(() => owned.disposeAsync());

const sleep = async (ms: number): Promise<void> => void waitsMs.push(ms);

/** Answers with these statuses in turn, or breaks the line at 0; resolves with its address. */
async function serve(...statuses: readonly number[]): Promise<string> {
  let asked = 0;
  const server = createServer((_, response) => {
    const status = statuses[asked++] ?? statuses.at(-1) ?? 200;
    if (status === 0) response.destroy();
    else response.writeHead(status).end(status === 200 ? KEYS : 'no');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  owned.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

describe('the control API’s keys', () => {
  it('are waited for while the API is on its way up', async () => {
    expect(await fetchControlKeys(await serve(0, 502, 403, 404, 503, 200), sleep)).toBe(KEYS);
    expect(waitsMs).toHaveLength(5);
  });

  it('are waited for up to five minutes, and then missed', async () => {
    const url = await serve(503);
    await expect(fetchControlKeys(url, sleep)).rejects.toThrow(
      `The control API's keys are not to be had at ${url}/.well-known/jwks.json: HTTP 503`,
    );
    expect(waitsMs.reduce((sumMs, ms) => sumMs + ms, 0)).toBe(FIVE_MINUTES_MS);
  });

  it('are waited for where nobody knows the name, and that is told', async () => {
    // A label has 63 characters at most, so no resolver is asked for this one.
    const url = `http://${'x'.repeat(64)}.example`;
    await expect(fetchControlKeys(url, sleep)).rejects.toThrow(/: ENOTFOUND$/);
    expect(waitsMs).toHaveLength(30);
  });
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HealthWatch } from './health-watch.ts';
import type { RegionState } from './region-life.ts';

const CHECK = { intervalMs: 20, timeoutMs: 20, healthyCountMin: 2, unhealthyCountMin: 2 };
const SEEN = { timeout: 20_000, interval: 10 };

/** What `/readyz` does now. */
let answer: 'ready' | 'full' | 'moved' | 'hangs';
let askedCount: number;
let server: Server;
let watch: HealthWatch | undefined;
const changes: RegionState[] = [];

beforeEach(async () => {
  answer = 'ready';
  askedCount = 0;
  changes.length = 0;
  server = createServer((request, response) => {
    askedCount += 1;
    if (answer === 'hangs') return;
    if (answer === 'moved') response.setHeader('location', '/elsewhere');
    const isReady = answer === 'ready' || request.url === '/elsewhere';
    response.writeHead(isReady ? 200 : answer === 'moved' ? 307 : 503).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  watch?.[Symbol.dispose]();
  server.closeAllConnections();
  server.close();
});

function start(): void {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const readyUrl = `http://127.0.0.1:${port}/readyz`;
  watch = new HealthWatch({ readyUrl, check: CHECK, onChange: (state) => changes.push(state) });
}

it.each(['full', 'moved', 'hangs'] as const)(
  'sees a region that is %s, and that it is ready again',
  async (trouble) => {
    // A busy machine may be later than 20 ms with an answer now and then; so steps are looked for, and not their number.
    start();
    await vi.waitFor(() => expect(watch?.state).toBe('healthy'), SEEN);
    answer = trouble;
    await vi.waitFor(() => expect(watch?.state).toBe('unhealthy'), SEEN);
    answer = 'ready';
    await vi.waitFor(() => expect(watch?.state).toBe('healthy'), SEEN);
    expect(changes.at(-1)).toBe('healthy');
  },
);

it('sees a region that is gone, and asks no more once it is closed', async () => {
  start();
  await vi.waitFor(() => expect(watch?.state).toBe('healthy'), SEEN);
  server.closeAllConnections();
  server.close();
  await vi.waitFor(() => expect(watch?.state).toBe('unhealthy'), SEEN);
  watch?.[Symbol.dispose]();
  const before = changes.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(changes).toHaveLength(before);
  expect(askedCount).toBeGreaterThan(0);
});

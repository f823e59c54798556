import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';
import { OperationsServer } from './operations-server.ts';

const metrics = new Metrics();
let readiness = { isReady: true };
let server: OperationsServer;
let url: string;
let port: number;
beforeEach(async () => {
  readiness = { isReady: true };
  server = new OperationsServer({
    registry: metrics.registry,
    readiness: {
      get isReady() {
        return readiness.isReady;
      },
    },
  });
  port = await server.listen('127.0.0.1', 0);
  url = `http://127.0.0.1:${port}`;
});
afterEach(() => server.close());

describe('what a load balancer and a scraper ask', () => {
  it('is that the node lives', async () => {
    const answer = await fetch(`${url}/healthz`);
    expect([answer.status, await answer.text()]).toEqual([200, 'ok\n']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('is whether it takes publishers', async () => {
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    readiness.isReady = false;
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('is its metrics, in the format of Prometheus', async () => {
    metrics.partsStored.inc(3);
    metrics.connections.set({ protocol: 'rtmp' }, 2);
    const answer = await fetch(`${url}/metrics?from=scraper`);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    const text = await answer.text();
    expect(text).toContain('\nsluice_ingest_parts_stored_total 3\n');
    expect(text).toContain('\nsluice_ingest_connections{protocol="rtmp"} 2\n');
    expect(text).toContain('\nprocess_cpu_seconds_total ');
  });

  it.each([
    ['GET', '/', 404],
    ['GET', '/metrics/', 404],
    ['POST', '/metrics', 405],
    ['DELETE', '/healthz', 405],
  ])('and nothing else: %s %s is answered %i', async (method, path, status) => {
    expect((await fetch(url + path, { method })).status).toBe(status);
  });
});

describe('the server', () => {
  it('says on a taken port which error it was', async () => {
    const second = new OperationsServer({ registry: metrics.registry, readiness });
    await expect(second.listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('closes also while somebody holds a connection open', async () => {
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    await server.close();
    await gone;
  });
});

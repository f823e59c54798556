import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Resolves with the port of a server that answers everything so. */
async function answering(statusCode: number): Promise<number> {
  server = createServer((request, response) => response.writeHead(request.url === '/healthz' ? statusCode : 404).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function check(environment: Record<string, string>) {
  const program = fileURLToPath(new URL('./health-check.ts', import.meta.url));
  const words = ['--disable-warning=ExperimentalWarning', program];
  const child = spawn(process.execPath, words, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  return { code, said: said.trim() };
}

describe('the health check of the container', () => {
  it.each(['127.0.0.1', '0.0.0.0'])('is good where the node that listens on %s answers', async (host) => {
    const port = await answering(200);
    expect(await check({ SLUICE_HOST: host, SLUICE_METRICS_PORT: String(port) })).toEqual({ code: 0, said: '' });
  });

  it('is bad where it answers something else, and says what', async () => {
    const port = await answering(503);
    const said = '/healthz answered 503';
    expect(await check({ SLUICE_METRICS_PORT: String(port) })).toEqual({ code: 1, said });
  });

  it('is bad where nobody listens', async () => {
    const port = await answering(200);
    server?.close();
    const { code, said } = await check({ SLUICE_METRICS_PORT: String(port) });
    expect(code).toBe(1);
    expect(said).toContain('ECONNREFUSED');
  });
});

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import type { TestProject } from 'vitest/node';
import { unrulyAnswer } from './vitest.unruly-s3.ts';

const BUCKET = 'media';

/**
 * The storage servers of the edge's tests, outside of the workerd that runs them: S3 as the emulated R2 speaks it, and
 * one that misbehaves as its keys say. The tests sign their requests to both for real.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const s3Credentials = { accessKeyId: 'test', secretAccessKey: randomBytes(24).toString('hex') };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: [{ type: 'ESModule', path: 'empty.js', contents: 'export default { fetch: () => new Response() };' }],
      compatibilityDate: '2026-11-01',
      r2Buckets: { MEDIA: { id: BUCKET, s3Credentials } },
      log: new Log(LogLevel.ERROR),
    }),
  );
  const { origin } = await miniflare.ready;
  const unruly = createServer(unrulyAnswer);
  const unrulyUrl = await listen(unruly);
  project.provide('s3', { endpoint: `${origin}/cdn-cgi/local/r2/s3`, bucket: BUCKET, ...s3Credentials });
  project.provide('unrulyS3', unrulyUrl);
  return async () => {
    unruly.closeAllConnections();
    unruly.close();
    await miniflare.dispose();
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { certificateKeyPath, certificatePath, selfSignedCertificate } from './self-signed-certificate.ts';

const DAY_MS = 24 * 3_600_000;
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'certificate-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('is made once, and its key is for its owner only', async () => {
  const made = await selfSignedCertificate(directory);
  expect(await selfSignedCertificate(directory)).toEqual(made);
  expect(await readFile(certificatePath(directory), 'utf8')).toBe(made.cert);
  expect((await stat(certificateKeyPath(directory))).mode & 0o777).toBe(0o600);
});

it('is what a TLS client that trusts it accepts, for both names', async () => {
  const made = await selfSignedCertificate(directory);
  const server = createServer(made, (socket) => socket.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  for (const name of ['localhost', '127.0.0.1']) {
    const client = connect({
      port,
      host: '127.0.0.1',
      ca: made.cert,
      ...(name === 'localhost' && { servername: name }),
    });
    await once(client, 'secureConnect');
    expect(client.authorized).toBe(true);
    client.destroy();
  }
  const stranger = connect({ port, host: '127.0.0.1', servername: 'elsewhere.example', ca: made.cert });
  const [error] = await once(stranger, 'error');
  expect(error).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  server.close();
});

it('is made anew a month before it ends, and not earlier', async () => {
  const made = await selfSignedCertificate(directory);
  const endsMs = new X509Certificate(made.cert).validToDate.getTime();
  expect(await selfSignedCertificate(directory, endsMs - 30 * DAY_MS)).toEqual(made);
  const fresh = await selfSignedCertificate(directory, endsMs - 30 * DAY_MS + 1);
  expect(fresh.cert).not.toBe(made.cert);
  expect(new X509Certificate(fresh.cert).validToDate.getTime()).toBeGreaterThan(endsMs + 300 * DAY_MS);
});

it.each([
  ['holds something else', () => writeFile(certificatePath(directory), 'nothing of the kind')],
  ['is lost', () => rm(certificatePath(directory))],
  [
    'belongs to another key',
    async () => {
      const other = await mkdtemp(join(tmpdir(), 'certificate-'));
      const { key } = await selfSignedCertificate(other);
      await writeFile(certificateKeyPath(directory), key);
      await rm(other, { recursive: true });
    },
  ],
])('is made anew when its file %s', async (_what, spoil) => {
  const made = await selfSignedCertificate(directory);
  await spoil();
  const fresh = await selfSignedCertificate(directory);
  expect(fresh.cert).not.toBe(made.cert);
  expect(await selfSignedCertificate(directory)).toEqual(fresh);
});

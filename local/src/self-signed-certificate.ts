import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

const DAY_MS = 24 * 3_600_000;
/** What clients commonly accept at most. */
const VALID_MS = 397 * DAY_MS;
/** Made anew when less is left: a local system is not left running for longer. */
const LEFT_MS_MIN = 30 * DAY_MS;
/** A clock that is a little behind ours is not to find a certificate of the future. */
const CLOCK_SKEW_MS = DAY_MS;
const NAME = 'localhost';
const ADDRESS = '127.0.0.1';
/** Nobody else on this machine may read it. */
const OWNER_ONLY = 0o600;

/** A certificate and its key, as PEM text. The key is secret. */
export interface CertificateAndKey {
  readonly cert: string;
  readonly key: string;
}

/** Where a local system keeps its certificate for RTMPS, for clients that are to trust it. */
export function certificatePath(dataDirectory: string): string {
  return join(dataDirectory, 'rtmps-certificate.pem');
}

/** Where it keeps the key of it. */
export function certificateKeyPath(dataDirectory: string): string {
  return join(dataDirectory, 'rtmps-key.pem');
}

/** The certificate of this data directory, for localhost and 127.0.0.1; made the first time, and anew before it ends. */
export async function selfSignedCertificate(dataDirectory: string, nowMs = Date.now()): Promise<CertificateAndKey> {
  const kept = await readKept(dataDirectory);
  if (kept !== undefined && isUsable(kept, nowMs)) return kept;
  const made = await makeCertificate(nowMs);
  // The key first: a certificate is only ever beside a key that was there before it, and a pair that does not match is made anew.
  await replaceFile(certificateKeyPath(dataDirectory), made.key, OWNER_ONLY);
  await replaceFile(certificatePath(dataDirectory), made.cert);
  return made;
}

async function readKept(dataDirectory: string): Promise<CertificateAndKey | undefined> {
  try {
    const [cert, key] = await Promise.all([
      readFile(certificatePath(dataDirectory), 'utf8'),
      readFile(certificateKeyPath(dataDirectory), 'utf8'),
    ]);
    return { cert, key };
  } catch {
    return undefined;
  }
}

function isUsable({ cert, key }: CertificateAndKey, nowMs: number): boolean {
  try {
    const certificate = new X509Certificate(cert);
    const isInTime = certificate.validToDate.getTime() - nowMs >= LEFT_MS_MIN;
    const isNamed = certificate.checkHost(NAME) !== undefined && certificate.checkIP(ADDRESS) !== undefined;
    return isInTime && isNamed && certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    // Whatever the files hold, it is no certificate.
    return false;
  }
}

async function makeCertificate(nowMs: number): Promise<CertificateAndKey> {
  const made = await generate([{ name: 'commonName', value: NAME }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - CLOCK_SKEW_MS),
    notAfterDate: new Date(nowMs - CLOCK_SKEW_MS + VALID_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: NAME },
          { type: 7, ip: ADDRESS },
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** Whoever reads at the same time sees the old file or the new one, whole. */
async function replaceFile(path: string, text: string, mode = 0o644): Promise<void> {
  const fresh = `${path}.new`;
  await writeFile(fresh, text, { mode });
  // The mode above is for a file that was not there; one may have been left by a run that broke off.
  await chmod(fresh, mode);
  await rename(fresh, path);
}

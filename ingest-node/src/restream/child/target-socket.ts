import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, rootCertificates } from 'node:tls';
import { connectFailure, PushFailure } from './push-failure.ts';

/** Of each address, its TLS handshake included. */
const CONNECT_MS_MAX = 6_000;
const KEEP_ALIVE_MS = 15_000;

export interface TargetSocketOptions {
  /** Checked before; tried in this order. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Absent: plain TCP. */
  readonly tls?: {
    /** Whose certificate it has to be. */
    readonly host: string;
    /** PEM: trusted beside Node's own authorities. */
    readonly authorities?: string | undefined;
  };
}

/** Connects to the first of the addresses that answers. Throws PushFailure. */
export async function connectTarget(options: TargetSocketOptions): Promise<Socket> {
  let failure = new PushFailure('unreachable', 'The target has no address.');
  for (const address of options.addresses) {
    try {
      return await attempt(address, options);
    } catch (error) {
      failure = error instanceof PushFailure ? error : connectFailure(error, options.tls !== undefined);
    }
  }
  throw failure;
}

async function attempt(address: string, { port, tls }: TargetSocketOptions): Promise<Socket> {
  const signal = AbortSignal.timeout(CONNECT_MS_MAX);
  const plain = connect({ host: address, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
  try {
    await once(plain, 'connect', { signal });
  } catch (cause) {
    plain.destroy();
    if (signal.aborted) throw new PushFailure('unreachable', 'The target did not answer in time.', { cause });
    throw connectFailure(cause, false);
  }
  if (tls === undefined) return plain;
  // By the name that the owner wrote, whatever address it had (RFC 9525 §6).
  const secure = connectTls({
    socket: plain,
    host: tls.host,
    ...(isIP(tls.host) === 0 && { servername: tls.host }),
    ...(tls.authorities !== undefined && { ca: [...rootCertificates, tls.authorities] }),
  });
  try {
    await once(secure, 'secureConnect', { signal });
    return secure;
  } catch (cause) {
    secure.destroy();
    plain.destroy();
    if (signal.aborted) throw new PushFailure('handshake-failed', 'The target did not answer in TLS.', { cause });
    throw connectFailure(cause, true);
  }
}

import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { SeenCertificate } from './certificate.ts';
import type { HostPort } from './host-port.ts';

const LOOPBACK = /^(localhost|127\.|::1$)/;

/** Of this machine. */
export function isLocalHost(host: string): boolean {
  return LOOPBACK.test(host);
}

/** A connection. Rejects with Node's own error; it ends with the signal. */
export async function openTcp({ host, port }: HostPort, signal: AbortSignal): Promise<Socket> {
  const socket = endsWith(connect({ host, port }), signal);
  await once(socket, 'connect', { signal });
  return socket;
}

/** A connection over TLS, whatever its certificate is. */
export async function openTls({ host, port }: HostPort, signal: AbortSignal): Promise<TLSSocket> {
  // RFC 6066 §3: an address is no server name.
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket = endsWith(connectTls({ host, port, ...servername, rejectUnauthorized: false }), signal);
  await once(socket, 'secureConnect', { signal });
  return socket;
}

/** What a connection says of the other side's certificate. */
export function certificateOf(socket: TLSSocket, host: string): SeenCertificate {
  // Node's types say Error; what it is, is the code of one (tls.TLSSocket, "authorizationError").
  const fault: unknown = socket.authorizationError;
  const validToMs = Date.parse(socket.getPeerCertificate().valid_to);
  return { host, validToMs, fault: codeOf(fault), isLocal: isLocalHost(host) };
}

function codeOf(fault: unknown): string | undefined {
  if (fault === null || fault === undefined) return undefined;
  if (fault instanceof Error) return 'code' in fault && typeof fault.code === 'string' ? fault.code : fault.message;
  return String(fault);
}

function endsWith<S extends Socket>(socket: S, signal: AbortSignal): S {
  signal.addEventListener('abort', () => socket.destroy(), { once: true });
  // Whoever waits hears of it by `once`; nobody else needs to.
  socket.on('error', () => undefined);
  return socket;
}

import { isIP } from 'node:net';
import { z } from 'zod';

/** Where something listens. */
export interface HostPort {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `live.example.com:1935`, `[2001:db8::1]:1935`; `undefined`: it is neither. */
export function readHostPort(text: string): HostPort | undefined {
  const url = URL.parse(`tcp://${text}`);
  if (url === null || url.port === '' || url.pathname !== '' || url.username !== '') return undefined;
  return { host: bareHost(url.hostname), port: Number(url.port) };
}

/** As sockets and look-ups want it: without the brackets of an IPv6 address. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** As it is written. */
export function hostPortText({ host, port }: HostPort): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/** As an option. */
export const HostPortWord = z.string().transform((text, context) => {
  const read = readHostPort(text);
  if (read !== undefined) return read;
  context.addIssue('is a host and a port, such as live.example.com:1935');
  return z.NEVER;
});

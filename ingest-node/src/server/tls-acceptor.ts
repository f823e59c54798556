import { constants } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls';

/** A certificate (with what stands between it and its root) and its key, as PEM text. The key is secret. */
export interface TlsCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface TlsTaken {
  /** The handshake is done. */
  onSecure(socket: TLSSocket): void;
  /** The connection has closed without it. */
  onFailed(why: string): void;
}

/** A connection whose handshake is not done. */
interface Waiting {
  readonly socket: Socket;
  readonly taken: TlsTaken;
  readonly timer: NodeJS.Timeout;
  /** What its end would mean. */
  why: string;
}

/**
 * TLS 1.2 and no other. Behind a handshake of TLS 1.3, OpenSSL sends session tickets, which Node cannot switch off, and
 * librtmp takes them for a failure: OBS with mbedTLS 3.6 (obs-studio#11020) and rtmpdump with GnuTLS do not connect.
 */
const TLS_VERSION = 'TLSv1.2';

/** Makes TLS connections of accepted TCP ones. */
export class TlsAcceptor {
  /** It never listens: connections are handed to it, so that they are counted before TLS costs anything. */
  readonly #server: Server;
  readonly #handshakeMs: number;
  /** By the client's address and port, the only thing that a TCP connection and the TLS one on it have in common. */
  readonly #waiting = new Map<string, Waiting>();

  /** Throws Node's own error for a certificate or key that it cannot use. */
  constructor(options: { readonly certificate: TlsCertificate; readonly handshakeMs: number }) {
    this.#handshakeMs = options.handshakeMs;
    this.#server = createServer(contextOptions(options.certificate));
    this.#server.on('secureConnection', (socket) => this.#secured(socket));
    this.#server.on('tlsClientError', (error, socket) => {
      this.#note(socket, error.message);
      socket.destroy();
    });
  }

  /** For connections from now on; those that there are go on. Throws like the constructor, and then changes nothing. */
  setCertificate(certificate: TlsCertificate): void {
    this.#server.setSecureContext(contextOptions(certificate));
  }

  /** Calls exactly one of `taken`, once. */
  take(socket: Socket, taken: TlsTaken): void {
    const key = endpointOf(socket);
    const timer = setTimeout(() => {
      waiting.why = 'the TLS handshake took too long';
      socket.destroy();
    }, this.#handshakeMs);
    const waiting: Waiting = { socket, taken, timer, why: 'the connection was lost in its TLS handshake' };
    this.#waiting.set(key, waiting);
    socket.once('close', () => {
      if (this.#take(key, waiting)) taken.onFailed(waiting.why);
    });
    this.#server.emit('connection', socket);
  }

  /** Ends every connection that is still in its handshake. */
  closeWaiting(): void {
    for (const { socket } of this.#waiting.values()) socket.destroy();
  }

  #secured(socket: TLSSocket): void {
    const key = endpointOf(socket);
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined && this.#take(key, waiting)) waiting.taken.onSecure(socket);
    else socket.destroy();
  }

  /** `false` when it does not wait any more: somebody else may have the same address and port by now. */
  #take(key: string, waiting: Waiting): boolean {
    if (this.#waiting.get(key) !== waiting) return false;
    clearTimeout(waiting.timer);
    return this.#waiting.delete(key);
  }

  #note(socket: TLSSocket, why: string): void {
    const waiting = this.#waiting.get(endpointOf(socket));
    if (waiting !== undefined) waiting.why = why;
  }
}

function contextOptions({ cert, key }: TlsCertificate): SecureContextOptions {
  // Renegotiation costs a server more than a client, and nobody needs it.
  return {
    cert,
    key,
    minVersion: TLS_VERSION,
    maxVersion: TLS_VERSION,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
}

function endpointOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

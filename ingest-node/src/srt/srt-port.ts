import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Logger } from 'pino';
import { plainAddress } from '../server/client-network.ts';
import { askForBuffer } from './receiver-port.ts';

/** Where a datagram came from. */
export interface SrtPeer {
  /** As people write it, for logs and limits. */
  readonly clientAddress: string;
  readonly clientPort: number;
  /** As the socket wants it back. */
  readonly socketAddress: string;
}

export interface SrtPortOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** What an absent stream id means here. */
  readonly portKey?: string;
  readonly bufferBytes: number;
  readonly logger: Logger;
  onDatagram(datagram: Uint8Array, peer: SrtPeer, port: SrtPort): void;
}

/** One UDP socket that publishers send to. */
export class SrtPort {
  readonly #socket: Socket;
  readonly number: number;
  readonly portKey: string | undefined;

  /** Rejects with Node's own error when the port is taken. */
  static async open(options: SrtPortOptions): Promise<SrtPort> {
    const family = isIPv6(options.host) ? 6 : 4;
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      // Addresses come from datagrams and are never names.
      lookup: (address, _options, done) => done(null, address, family),
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(options.port, options.host, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    askForBuffer(socket, options.bufferBytes);
    return new SrtPort(socket, options);
  }

  private constructor(socket: Socket, { portKey, logger, onDatagram }: SrtPortOptions) {
    this.#socket = socket;
    this.number = socket.address().port;
    this.portKey = portKey;
    socket.on('error', (error) => logger.error({ err: error }, 'the SRT port has an error'));
    socket.on('message', (datagram, { address, port }) => {
      const peer = { clientAddress: plainAddress(address), clientPort: port, socketAddress: address };
      onDatagram(datagram, peer, this);
    });
  }

  /** What cannot be sent is lost, as on any network. */
  send(datagram: Uint8Array, { clientPort, socketAddress }: SrtPeer): void {
    this.#socket.send(datagram, clientPort, socketAddress, () => {});
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

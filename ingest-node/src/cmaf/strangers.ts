import type { Socket } from 'node:net';
import { plainAddress } from '../server/client-network.ts';
import { ConnectionCount } from '../server/connection-count.ts';

/**
 * Connections that belong to no publisher who was let in, counted by the network that they come from. Those of publishers
 * are not: behind a load balancer that ends TLS all of them may have one address.
 */
export class Strangers {
  readonly #perNetworkMax: number;
  readonly #count = new ConnectionCount();
  /** With their addresses, which a socket forgets when it closes. */
  readonly #sockets = new Map<Socket, string>();

  constructor({ perNetworkMax }: { readonly perNetworkMax: number }) {
    this.#perNetworkMax = perNetworkMax;
  }

  /** Counts a connection until it closes or is known; `false`, and it is not counted, for one too many. */
  admits(socket: Socket): boolean {
    const address = plainAddress(socket.remoteAddress ?? '');
    if (this.#count.of(address) >= this.#perNetworkMax) return false;
    this.#count.add(address);
    this.#sockets.set(socket, address);
    socket.once('close', () => this.letIn(socket));
    return true;
  }

  /** It is a publisher's. Any number of times. */
  letIn(socket: Socket): void {
    const address = this.#sockets.get(socket);
    if (address === undefined) return;
    this.#sockets.delete(socket);
    this.#count.remove(address);
  }
}

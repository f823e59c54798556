import { clientNetwork } from './client-network.ts';

/** Open connections, in all and by network. */
export class ConnectionCount {
  readonly #byNetwork = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  of(address: string): number {
    return this.#byNetwork.get(clientNetwork(address)) ?? 0;
  }

  add(address: string): void {
    this.#total++;
    this.#byNetwork.set(clientNetwork(address), this.of(address) + 1);
  }

  remove(address: string): void {
    this.#total--;
    const left = this.of(address) - 1;
    // A network without connections is forgotten, so that there are never more entries than connections.
    if (left > 0) this.#byNetwork.set(clientNetwork(address), left);
    else this.#byNetwork.delete(clientNetwork(address));
  }
}

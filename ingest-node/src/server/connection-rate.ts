import { clientNetwork } from './client-network.ts';

/** Networks that are counted at once. More than this many are nobody's flood, and the others are not to pay for it. */
const NETWORKS_MAX = 4_096;

export interface ConnectionRateOptions {
  readonly perNetworkMax: number;
  readonly windowMs: number;
}

/**
 * How often each network has connected lately. Those that are open are counted elsewhere: this is about those that come
 * and go, each of which costs a handshake, a question to the control API and a guess at a stream key.
 */
export class ConnectionRate {
  readonly #options: ConnectionRateOptions;
  #byNetwork = new Map<string, number>();
  #endsAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ConnectionRateOptions) {
    this.#options = options;
  }

  /** Counts a connection; `false` for one too many from its network in this window. */
  admits(address: string, nowMs: number): boolean {
    const { perNetworkMax, windowMs } = this.#options;
    if (nowMs >= this.#endsAtMs) {
      this.#byNetwork = new Map();
      this.#endsAtMs = nowMs + windowMs;
    }
    const network = clientNetwork(address);
    const count = (this.#byNetwork.get(network) ?? 0) + 1;
    if (count === 1 && this.#byNetwork.size >= NETWORKS_MAX) return true;
    this.#byNetwork.set(network, count);
    return count <= perNetworkMax;
  }
}

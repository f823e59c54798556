import { clientNetwork } from '../http/client-network.ts';
import type { StreamKeyHash } from '../stream-keys/stream-key.ts';

const WINDOW_MS = 60_000;
/** Different keys that no channel has. An encoder that tries the same wrong one for hours counts as one. */
export const UNKNOWN_KEYS_MAX = 10;
/** A studio's encoders behind one address. Those above it are let in as well, but not while others guess there. */
const FOUND_KEYS_MAX = 16;
/** About 10 MB at the very most; at the cap the network that was heard of longest ago is forgotten. */
export const NETWORKS_MAX = 4_096;

interface Attempts {
  /** When each unknown key was first tried, the oldest first. */
  readonly missedAtMs: Map<StreamKeyHash, number>;
  readonly found: Set<StreamKeyHash>;
}

/**
 * Slows down whoever guesses stream keys, by the address that they come from. A key that was good from there before
 * stays good, so that somebody who guesses in a shared network locks no neighbour out of a reconnect.
 *
 * It counts what this process sees: where several answer, each lets that many guesses through.
 */
export class KeyGuesses {
  /** The one that was heard of longest ago first. */
  readonly #networks = new Map<string, Attempts>();

  get networkCount(): number {
    return this.#networks.size;
  }

  /** How long this address must wait before a key of it is looked at; 0: not at all. */
  waitMs(clientAddress: string, hash: StreamKeyHash, nowMs: number): number {
    const attempts = this.#networks.get(clientNetwork(clientAddress));
    if (attempts === undefined || attempts.found.has(hash)) return 0;
    forgetOld(attempts, nowMs);
    const [oldestMs] = attempts.missedAtMs.values();
    if (oldestMs === undefined || attempts.missedAtMs.size < UNKNOWN_KEYS_MAX) return 0;
    return oldestMs + WINDOW_MS - nowMs;
  }

  /** No channel has the key. */
  missed(clientAddress: string, hash: StreamKeyHash, nowMs: number): void {
    const attempts = this.#touch(clientAddress);
    attempts.found.delete(hash);
    forgetOld(attempts, nowMs);
    if (attempts.missedAtMs.size < UNKNOWN_KEYS_MAX && !attempts.missedAtMs.has(hash)) {
      attempts.missedAtMs.set(hash, nowMs);
    }
  }

  /** A channel has the key. */
  found(clientAddress: string, hash: StreamKeyHash): void {
    const { found } = this.#touch(clientAddress);
    if (found.size < FOUND_KEYS_MAX) found.add(hash);
  }

  #touch(clientAddress: string): Attempts {
    const network = clientNetwork(clientAddress);
    const attempts = this.#networks.get(network) ?? { missedAtMs: new Map(), found: new Set() };
    this.#networks.delete(network);
    this.#networks.set(network, attempts);
    const [oldest] = this.#networks.keys();
    if (this.#networks.size > NETWORKS_MAX && oldest !== undefined) this.#networks.delete(oldest);
    return attempts;
  }
}

function forgetOld({ missedAtMs }: Attempts, nowMs: number): void {
  for (const [hash, atMs] of missedAtMs) if (atMs + WINDOW_MS <= nowMs) missedAtMs.delete(hash);
}

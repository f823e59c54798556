import type { Finding } from './fuzz-loop.ts';

/** What a worker is started with. */
export interface FuzzWorkerData {
  readonly parser: string;
  readonly seed: number;
  readonly cpuMsMax: number;
  /** The input that is being run, for whoever watches: its number, its length, and then its bytes. */
  readonly shared: SharedArrayBuffer;
}

/** How far a worker is. */
export interface FuzzProgress {
  readonly runCount: number;
  readonly outcomeCount: number;
  readonly cpuMs: number;
  /** Held alive after a collection: at the beginning, and now. */
  readonly heldBytes: { readonly before: number; readonly now: number };
}

export type FuzzWorkerMessage =
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'progress'; readonly progress: FuzzProgress }
  | { readonly kind: 'done'; readonly progress: FuzzProgress };

const HEAD_BYTES = 8;

/** The place that a worker writes its current input to and its watcher reads it from. */
export class SharedInput {
  readonly #head: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(shared: SharedArrayBuffer) {
    this.#head = new Int32Array(shared, 0, 2);
    this.#bytes = new Uint8Array(shared, HEAD_BYTES);
  }

  /** Large enough for any target's input. */
  static allocate(inputBytesMax: number): SharedArrayBuffer {
    return new SharedArrayBuffer(HEAD_BYTES + inputBytesMax);
  }

  write(input: Uint8Array): void {
    this.#bytes.set(input);
    Atomics.store(this.#head, 1, input.length);
    Atomics.add(this.#head, 0, 1);
  }

  /** Changes with each input; wraps. */
  get number(): number {
    return Atomics.load(this.#head, 0);
  }

  read(): Uint8Array {
    return this.#bytes.slice(0, Atomics.load(this.#head, 1));
  }
}

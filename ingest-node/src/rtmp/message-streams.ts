/** The message streams that a connection has created. The lowest free id is given, so that encoders meet their 1. */
export class MessageStreams {
  readonly #ids = new Set<number>();
  readonly #countMax: number;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  get count(): number {
    return this.#ids.size;
  }

  /** `undefined` when there are as many as may be. */
  create(): number | undefined {
    if (this.#ids.size >= this.#countMax) return undefined;
    let id = 1;
    while (this.#ids.has(id)) id++;
    this.#ids.add(id);
    return id;
  }

  /** Deleting what is not there is harmless. */
  delete(id: number): void {
    this.#ids.delete(id);
  }
}

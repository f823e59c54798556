import { createHash } from 'node:crypto';

/** A short text that is the same for the same things in the same order: compares long outcomes without keeping them. */
export class Fingerprint {
  readonly #hash = createHash('md5');

  add(...things: readonly unknown[]): this {
    for (const thing of things) {
      if (thing instanceof Uint8Array) this.#hash.update(`bytes ${thing.length}\n`).update(thing);
      else this.#hash.update(`${JSON.stringify(thing, withBytes)}\n`);
    }
    return this;
  }

  get text(): string {
    return this.#hash.digest('hex');
  }
}

function withBytes(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  return value instanceof Map ? [...value] : value;
}

import type { StorageCredentials } from '@sluice/contracts';
import { type MediaBucket, type MediaObject, type MediaStore, StoreError } from './media-store.ts';

/** For tests: a bucket that confirms each PUT when the test says so. */
export class ScriptedStore implements MediaBucket {
  /** PUTs on their way, from the oldest. */
  readonly asked: {
    readonly object: MediaObject;
    readonly confirm: () => void;
    readonly fail: (error: StoreError) => void;
  }[] = [];
  /** Everything that was confirmed. */
  readonly stored = new Map<string, MediaObject>();
  /** What objects were put with, by key; those that were put as the node are not in it. */
  readonly sessionTokens = new Map<string, string>();
  readonly #waiting = new Set<() => void>();
  /** Confirms every PUT at once. */
  isPrompt: boolean;
  /** Keys whose size was asked for, in order. */
  readonly lookedAt: string[] = [];
  /** Instead of the answer to who asks for the size of an object; it may hang until the signal is aborted. */
  faultOfLook: ((key: string, signal: AbortSignal) => Promise<number | undefined>) | undefined;

  constructor(options: { readonly isPrompt: boolean } = { isPrompt: false }) {
    this.isPrompt = options.isPrompt;
  }

  put(object: MediaObject, signal: AbortSignal): Promise<void> {
    const answer = Promise.withResolvers<void>();
    const confirm = () => {
      this.#forget(asked);
      this.stored.set(object.key, object);
      answer.resolve();
      this.#wake();
    };
    const fail = (error: StoreError) => {
      this.#forget(asked);
      answer.reject(error);
    };
    const asked = { object, confirm, fail };
    this.asked.push(asked);
    signal.addEventListener('abort', () => fail(new StoreError('cut off', { isRetryable: true })));
    if (this.isPrompt) confirm();
    this.#wake();
    return answer.promise;
  }

  async sizeBytesOf(key: string, signal: AbortSignal): Promise<number | undefined> {
    this.lookedAt.push(key);
    if (this.faultOfLook !== undefined) return await this.faultOfLook(key, signal);
    return this.stored.get(key)?.bytes.length;
  }

  /** PUTs are of one bucket, whoever asks; `sessionTokens` says who asked for which. */
  withCredentials({ sessionToken }: StorageCredentials): MediaStore {
    return {
      sizeBytesOf: (key, signal) => {
        this.sessionTokens.set(key, sessionToken);
        return this.sizeBytesOf(key, signal);
      },
      put: (object, signal) => {
        this.sessionTokens.set(object.key, sessionToken);
        return this.put(object, signal);
      },
    };
  }

  /** The PUT of an object whose name ends so; it must be on its way. */
  find(end: string) {
    const found = this.asked.find(({ object }) => object.key.endsWith(end));
    if (found === undefined) throw new Error(`no PUT of ${end} on its way`);
    return found;
  }

  /** Resolves when the condition holds; it is looked at after each PUT. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** This very PUT: another one of the same object may be on its way by now. */
  #forget(asked: ScriptedStore['asked'][number]): void {
    const index = this.asked.indexOf(asked);
    if (index >= 0) this.asked.splice(index, 1);
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

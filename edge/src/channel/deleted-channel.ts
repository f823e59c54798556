const DELETED_KEY = 'is-deleted';

/**
 * Empties the storage of a channel that was deleted. That it was deleted is a row too, until nothing is left to be done:
 * what its owner is to be told of it is told first.
 */
export class DeletedChannel {
  readonly #kv: SyncKvStorage;
  #isDeleted: boolean;

  constructor(storage: DurableObjectStorage) {
    this.#kv = storage.kv;
    this.#isDeleted = this.#kv.get(DELETED_KEY) === true;
  }

  mark(): void {
    this.#isDeleted = true;
    this.#kv.put(DELETED_KEY, true);
  }

  /** Another channel has its name. */
  unmark(): void {
    if (this.#isDeleted) this.#kv.delete(DELETED_KEY);
    this.#isDeleted = false;
  }

  /**
   * Deletes all rows but those that stay for good.
   *
   * @param isWorkDone nothing is left to be done for it.
   */
  empty(isWorkDone: boolean, keeps: (key: string) => boolean): void {
    if (!this.#isDeleted || !isWorkDone) return;
    for (const [key] of [...this.#kv.list()]) if (!keeps(key)) this.#kv.delete(key);
    this.#isDeleted = false;
  }
}

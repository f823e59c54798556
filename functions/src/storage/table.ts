/** DynamoDB's is 400 KB with names and numbers; below it an item fits wherever it is kept. */
export const ITEM_BYTES_MAX = 350 * 1024;
/** One BatchGetItem. More keys are several. */
export const KEYS_PER_READ_MAX = 100;
/** A page is read at once and held in memory. */
export const ITEMS_PER_QUERY_MAX = 1_000;

/**
 * Where an item lies: items of one partition are in the order of their sort keys, byte by byte. Both are of printable
 * ASCII, so that every store has the same order.
 */
export interface ItemKey {
  readonly partition: string;
  readonly sort: string;
}

/** An item as it is written. */
export interface ItemBody extends ItemKey {
  /** What it holds: plain JSON. */
  readonly body: unknown;
  /** From then on it is as if it were not there, and some time later it is gone. */
  readonly expiresAtMs?: number | undefined;
}

/** An item as it is kept. */
export interface Item extends ItemBody {
  /** Grows with each write, from 1. */
  readonly version: number;
}

/**
 * What must hold for a write: nothing is there, something is there, or exactly this version is. A write without one
 * always goes through.
 */
export type Condition = 'absent' | 'present' | number;

/** Items of one partition between two sort keys, in order. */
export interface ItemQuery {
  readonly partition: string;
  /** Only sort keys that begin with it. */
  readonly prefix?: string | undefined;
  /** From the one that follows this sort key, in the direction of the query. */
  readonly after?: string | undefined;
  /** The last ones first. */
  readonly isBackward?: boolean | undefined;
  /** At most ITEMS_PER_QUERY_MAX. */
  readonly limit: number;
}

/** The version that was written, or `conflict`: the condition did not hold, and nothing was written. */
export type Written = number | 'conflict';

/**
 * One table of items, as DynamoDB has it: each call is atomic for its one item and answers once it is kept, reads see
 * all writes that were answered before. There is no write of two items at once: what belongs together is one item, and
 * what points at it is checked against it.
 */
export interface Table {
  get(key: ItemKey): Promise<Item | undefined>;
  /** Those that there are, each once, in any order. */
  getMany(keys: readonly ItemKey[]): Promise<Item[]>;
  query(query: ItemQuery): Promise<Item[]>;
  /** Throws ItemTooLargeError. */
  put(item: ItemBody, condition?: Condition): Promise<Written>;
  /** `true`: it is gone, or was not there. */
  remove(key: ItemKey, condition?: number): Promise<boolean>;
  close(): void;
}

/** What was to be kept has no room in one item. Whoever writes has a limit below it: our fault. */
export class ItemTooLargeError extends Error {
  override readonly name = 'ItemTooLargeError';

  constructor({ partition, sort }: ItemKey, sizeBytes: number) {
    super(`${partition.split('#')[0]}/${sort.split('#')[0]} has ${sizeBytes} bytes, more than ${ITEM_BYTES_MAX}`);
  }
}

const KEY = /^[ -~]{1,512}$/;

/** The body as text. Throws ItemTooLargeError, or an error for a key that is none: our fault. */
export function bodyText(item: ItemBody): string {
  if (!KEY.test(item.partition) || !KEY.test(item.sort)) throw new Error('a key is 1 to 512 of printable ASCII');
  const text = JSON.stringify(item.body);
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > ITEM_BYTES_MAX) throw new ItemTooLargeError(item, sizeBytes);
  return text;
}

/** After a prefix: a sort key that is behind all that begin with it. */
export const LAST_CHARACTER = '\u007f';

/** Each key once. */
export function distinctKeys(keys: readonly ItemKey[]): ItemKey[] {
  return [...new Map(keys.map((key) => [`${key.partition}\n${key.sort}`, key])).values()];
}

/** What a waiting request is told by the one that works for it, or by the table. */
export type Wake<Value> =
  | { readonly kind: 'landed'; readonly value: Value }
  /** It is to do the work now, in the others' stead. */
  | { readonly kind: 'lead' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** One request's place in a flight. */
export interface Seat<Value> {
  readonly joinedAtMs: number;
  /** It does the work, or did. Nobody does it twice. */
  hasLed: boolean;
  /** What it was told and has not read yet. */
  told: Wake<Value> | undefined;
  /** Something was told. It is called from another request, so it may touch nothing but plain data and a promise. */
  ring: () => void;
}

/** One piece of work that is under way for a key, and all who wait for it: the leaders themselves too. */
export interface Flight<Value> {
  readonly key: string;
  readonly seats: Set<Seat<Value>>;
  /** When the newest leader began. */
  leaderSinceMs: number;
  /** Leaders that have neither landed nor failed. One whose request the platform ended stays counted. */
  leaders: number;
  failures: number;
  /** The answer is known, or given up. */
  isOver: boolean;
}

import type { Flight, Seat, Wake } from './flight.ts';

export interface FlightLimits {
  /** How long followers trust a leader. Then one of them does the work as well, and whoever is first lands for all. */
  readonly takeoverMs: number;
  /** How long anybody waits. Longer than the work may take, or slow answers are thrown away. */
  readonly giveUpMs: number;
  /** Keys with work under way. Beyond it a request works for itself alone. */
  readonly keysMax: number;
  /** Who may wait for one key. Beyond it a request is refused: working alone would cost more than waiting. */
  readonly waitingMax: number;
}

export type Joined<Value> =
  | { readonly kind: 'lead' | 'follow'; readonly flight: Flight<Value>; readonly seat: Seat<Value> }
  | { readonly kind: 'alone' }
  | { readonly kind: 'refused' };

/** What becomes of a request whose time is up. */
export type TimeUp = 'lead' | 'wait' | 'gave-up';

/** Work is tried this often before those who wait get its error. */
const FAILURES_MAX = 2;

/**
 * Who works and who waits, key by key: the pure half of collapsing (Go calls it single flight). One request leads, the
 * others follow. The platform may end the leader's request at any moment without a word, so nothing here relies on a
 * leader: each follower has a time of its own at which it takes over. Time is an argument, in milliseconds.
 */
export class FlightTable<Value> {
  readonly #limits: FlightLimits;
  readonly #flights = new Map<string, Flight<Value>>();

  constructor(limits: FlightLimits) {
    this.#limits = limits;
  }

  /** Keys with work under way. */
  get keys(): number {
    return this.#flights.size;
  }

  join(key: string, nowMs: number): Joined<Value> {
    const flight = this.#flights.get(key) ?? this.#open(key, nowMs);
    if (flight === undefined) return { kind: 'alone' };
    if (flight.seats.size >= this.#limits.waitingMax) return { kind: 'refused' };
    const seat: Seat<Value> = { joinedAtMs: nowMs, hasLed: false, told: undefined, ring: () => undefined };
    flight.seats.add(seat);
    const isLeader = flight.leaders === 0 || this.#isStale(flight, nowMs);
    if (isLeader) lead(flight, seat, nowMs);
    return { kind: isLeader ? 'lead' : 'follow', flight, seat };
  }

  /** When the seat's owner must ask what becomes of it. */
  deadlineMs({ leaderSinceMs }: Flight<Value>, { joinedAtMs, hasLed }: Seat<Value>): number {
    const giveUpAtMs = joinedAtMs + this.#limits.giveUpMs;
    return hasLed ? giveUpAtMs : Math.min(giveUpAtMs, leaderSinceMs + this.#limits.takeoverMs);
  }

  /** The deadline has come. It may have moved meanwhile: then there is more to wait. */
  timeUp(flight: Flight<Value>, seat: Seat<Value>, nowMs: number): TimeUp {
    if (nowMs >= seat.joinedAtMs + this.#limits.giveUpMs) {
      flight.seats.delete(seat);
      return 'gave-up';
    }
    if (seat.hasLed || !this.#isStale(flight, nowMs)) return 'wait';
    lead(flight, seat, nowMs);
    return 'lead';
  }

  /** A leader has the answer: all who wait have it. */
  land(flight: Flight<Value>, value: Value): void {
    this.#end(flight, { kind: 'landed', value });
  }

  /**
   * A leader's work has failed. The next in the row tries, for a failure is often the request's own (it was cancelled,
   * it had too many connections); when that has failed as well, it is everybody's.
   */
  fail(flight: Flight<Value>, error: unknown, nowMs: number): void {
    if (flight.isOver) return;
    flight.leaders -= 1;
    flight.failures += 1;
    const next = [...flight.seats].find((seat) => !seat.hasLed);
    if (flight.failures >= FAILURES_MAX || (next === undefined && flight.leaders === 0)) {
      this.#end(flight, { kind: 'failed', error });
      return;
    }
    if (next === undefined) return;
    lead(flight, next, nowMs);
    tell(next, { kind: 'lead' });
  }

  #open(key: string, nowMs: number): Flight<Value> | undefined {
    if (this.#flights.size >= this.#limits.keysMax) this.#sweep(nowMs);
    if (this.#flights.size >= this.#limits.keysMax) return undefined;
    const flight = { key, seats: new Set<Seat<Value>>(), leaderSinceMs: nowMs, leaders: 0, failures: 0, isOver: false };
    this.#flights.set(key, flight);
    return flight;
  }

  /** Flights whose leaders are long dead and that nobody has asked for since. */
  #sweep(nowMs: number): void {
    for (const [key, flight] of this.#flights) {
      if (flight.leaderSinceMs + this.#limits.giveUpMs <= nowMs) this.#flights.delete(key);
    }
  }

  #isStale({ leaderSinceMs }: Flight<Value>, nowMs: number): boolean {
    return leaderSinceMs + this.#limits.takeoverMs <= nowMs;
  }

  #end(flight: Flight<Value>, wake: Wake<Value>): void {
    if (flight.isOver) return;
    flight.isOver = true;
    if (this.#flights.get(flight.key) === flight) this.#flights.delete(flight.key);
    for (const seat of flight.seats) tell(seat, wake);
    flight.seats.clear();
  }
}

function lead<Value>(flight: Flight<Value>, seat: Seat<Value>, nowMs: number): void {
  seat.hasLed = true;
  flight.leaders += 1;
  flight.leaderSinceMs = nowMs;
}

function tell<Value>(seat: Seat<Value>, wake: Wake<Value>): void {
  seat.told = wake;
  seat.ring();
}

import type { TrackSamples } from '../media/encoded-track.ts';
import { CmafError } from './cmaf-error.ts';
import type { CmafExchange } from './cmaf-exchange.ts';
import type { CmafLimits } from './cmaf-limits.ts';
import { printable } from './printable.ts';
import type { TrackInit } from './track-init.ts';
import { TrackReader, type TrackReading } from './track-reader.ts';

export interface TrackIntakeListener {
  /** Of each piece of a body. `false`: it is too much, and no more is taken. */
  onBytes(sizeBytes: number): boolean;
  onSamples(samples: TrackSamples): void;
  onWarning(sentence: string): void;
  /** A request has ended, however. */
  onIdle(): void;
}

/**
 * One track of a publisher: its requests, one after the other in the order they came. A publisher whose connection
 * breaks opens another one before the broken one is noticed: then the old one goes when it has been silent for a while.
 */
export class TrackIntake {
  readonly #name: string;
  readonly #limits: CmafLimits;
  readonly #listener: TrackIntakeListener;
  #active: CmafExchange | undefined;
  /** Of the active one. */
  #reader: TrackReader | undefined;
  #waiting: CmafExchange[] = [];
  #waitingSinceMs = 0;
  #init: TrackInit | undefined;
  #isOver = false;
  /** Samples came, and nothing was refused since. */
  #isInUse = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(name: string, limits: CmafLimits, listener: TrackIntakeListener) {
    this.#name = name;
    this.#limits = limits;
    this.#listener = listener;
  }

  /** The publisher has said that nothing follows, and nothing is under way. */
  get isOver(): boolean {
    return this.#isOver && this.#active === undefined;
  }

  get isIdle(): boolean {
    return this.#active === undefined;
  }

  /** More is to come, as far as anybody knows. A track that could not be used says no goodbye. */
  get isAwaited(): boolean {
    return this.#active !== undefined || (this.#isInUse && !this.#isOver);
  }

  /** Of a fragment that is not whole. */
  get heldBytes(): number {
    return this.#reader?.heldBytes ?? 0;
  }

  add(exchange: CmafExchange): void {
    if (this.#active === undefined) this.#begin(exchange);
    else if (this.#waiting.length >= this.#limits.waitingMax) exchange.refuse(503, 'Too many requests for one track.');
    else {
      if (this.#waiting.length === 0) this.#waitingSinceMs = performance.now();
      this.#waiting.push(exchange);
      this.#watch();
    }
  }

  setPaused(isPaused: boolean): void {
    this.#active?.setPaused(isPaused);
  }

  /** Nothing more of it is taken. */
  close(status: number, sentence: string): void {
    clearTimeout(this.#timer);
    const open = [this.#active, ...this.#waiting];
    this.#active = undefined;
    this.#reader = undefined;
    this.#waiting = [];
    for (const exchange of open) exchange?.refuse(status, sentence);
  }

  #begin(exchange: CmafExchange): void {
    this.#active = exchange;
    this.#isOver = false;
    const reader = new TrackReader(this.#init);
    this.#reader = reader;
    exchange.read({
      onBytes: (bytes) => {
        if (this.#listener.onBytes(bytes.length)) this.#read(exchange, reader, bytes);
      },
      onEnd: () => {
        if (reader.isBetweenFragments) exchange.accept();
        else exchange.refuse(400, 'The body ends in the middle of a fragment.');
        this.#next(exchange);
      },
      onGone: () => this.#next(exchange),
    });
  }

  #read(exchange: CmafExchange, reader: TrackReader, bytes: Uint8Array): void {
    try {
      reader.push(bytes);
      for (let reading = reader.next(); reading !== undefined; reading = reader.next()) this.#take(reading);
    } catch (error) {
      if (!(error instanceof CmafError)) throw error;
      this.#isInUse = false;
      const isForeign = error.code === 'codec-unsupported';
      this.#listener.onWarning(`The track "${printable(this.#name)}" cannot be used: ${error.message}.`);
      exchange.refuse(isForeign ? 415 : 400, error.message);
      this.#next(exchange);
    }
  }

  #take(reading: TrackReading): void {
    switch (reading.kind) {
      case 'init':
        this.#init = reading.init;
        return;
      case 'last':
        this.#isOver = true;
        return;
      case 'samples': {
        this.#isInUse = true;
        const track = this.#init?.track;
        if (track !== undefined) this.#listener.onSamples({ ...reading, trackName: this.#name, track });
      }
    }
  }

  #next(exchange: CmafExchange): void {
    if (this.#active !== exchange) return;
    this.#active = undefined;
    this.#reader = undefined;
    const [next, ...waiting] = this.#waiting;
    this.#waiting = waiting;
    this.#waitingSinceMs = performance.now();
    if (next === undefined) this.#listener.onIdle();
    else this.#begin(next);
  }

  #watch(): void {
    const active = this.#active;
    clearTimeout(this.#timer);
    if (active === undefined || this.#waiting.length === 0) return;
    // One that was silent before is not broken: encoders open a request when they have nothing to send yet.
    const quietMs = Math.min(active.quietMs, performance.now() - this.#waitingSinceMs);
    const leftMs = this.#limits.brokenMs - quietMs;
    if (leftMs > 0) {
      this.#timer = setTimeout(() => this.#watch(), leftMs + 1);
      return;
    }
    active.drop();
    this.#next(active);
    this.#watch();
  }
}

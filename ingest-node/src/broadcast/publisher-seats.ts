import { publishRefusal } from '../control/publish-refusals.ts';
import type { PublishedEvent } from '../media/source.ts';
import type { PublishEnd, PublishRefusal, PublishSink } from '../server/publisher.ts';
import type { SrtFigures } from '../srt/srt-figures.ts';
import type { AdmittedPublisher } from './admitted-publisher.ts';
import { SourceMemory } from './source-memory.ts';

const LOOK_MS = 250;

export interface SeatChange {
  readonly why: 'taken-over' | 'backup' | 'primary';
  readonly publisher: AdmittedPublisher;
}

export interface SeatsListener {
  /** From the publisher on air. */
  onEvent(event: PublishedEvent): void;
  /** Another one is on air from here on. The events are what a decoder needs of what it has sent. */
  onChange(change: SeatChange, events: readonly PublishedEvent[]): void;
  /** Of the publisher on air. */
  onWarning(sentence: string): void;
  onFigures(figures: SrtFigures): void;
  /** The last one has left. */
  onEmpty(end: PublishEnd): void;
}

export interface SeatsOptions {
  /** Silence of the publisher on air after which one that stands by takes its place. */
  readonly silentMs: number;
  readonly listener: SeatsListener;
  /** Tests move it. */
  readonly nowMs?: () => number;
}

/** One publisher's place. */
interface Seat {
  readonly publisher: AdmittedPublisher;
  /** What it sent since its last keyframe; of the one that stands by. */
  readonly memory: SourceMemory;
  /** When it last sent something; a held back publisher cannot. */
  heardAtMs: number;
  /** It is not read because the transcoder is full. */
  isHeld: boolean;
}

/**
 * The publishers of a broadcast: one on air, and perhaps one that stands by with the same programme. A broadcast
 * outlives them all.
 */
export class PublisherSeats {
  readonly #listener: SeatsListener;
  readonly #silentMs: number;
  readonly #nowMs: () => number;
  #onAir: Seat | undefined;
  #standby: Seat | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ listener, silentMs, nowMs = () => performance.now() }: SeatsOptions) {
    this.#listener = listener;
    this.#silentMs = silentMs;
    this.#nowMs = nowMs;
  }

  /** How long the publisher on air has sent nothing. */
  get quietMs(): number {
    return this.#onAir === undefined ? Number.POSITIVE_INFINITY : this.#nowMs() - this.#onAir.heardAtMs;
  }

  /** The publisher on air is a backup, whose primary is away. */
  get isBackupOnAir(): boolean {
    return this.#onAir?.publisher.isBackup === true;
  }

  /** Who stands by. */
  get standby(): AdmittedPublisher | undefined {
    return this.#standby?.publisher;
  }

  /** Takes a publisher on air when nobody is. */
  admit(publisher: AdmittedPublisher): PublishSink {
    const seat = this.#seat(publisher);
    this.#onAir = seat;
    return this.#sinkOf(seat);
  }

  /** Takes a publisher on air in place of the one that is. A backup whose primary is back stands by again. */
  replace(publisher: AdmittedPublisher): PublishSink {
    const before = this.#onAir;
    const seat = this.#seat(publisher);
    this.#onAir = seat;
    const isPrimaryBack = before?.publisher.isBackup === true && !publisher.isBackup;
    if (before !== undefined && isPrimaryBack) this.#keepBy(before);
    else before?.publisher.handle.close(publishRefusal('taken-over'));
    this.#listener.onChange({ why: isPrimaryBack ? 'primary' : 'taken-over', publisher }, []);
    return this.#sinkOf(seat);
  }

  /** Takes a publisher that stands by. Of two, the newer one does. */
  standBy(publisher: AdmittedPublisher): PublishSink {
    const seat = this.#seat(publisher);
    this.#keepBy(seat);
    return this.#sinkOf(seat);
  }

  /** Reads the publisher on air again. */
  resume(): void {
    if (this.#onAir !== undefined) this.#release(this.#onAir);
  }

  /** Holds the publisher on air back. */
  pause(): void {
    if (this.#onAir === undefined) return;
    this.#onAir.isHeld = true;
    this.#onAir.publisher.handle.setPaused(true);
  }

  /** Sends everybody away. */
  close(refusal: PublishRefusal): void {
    const seats = [this.#onAir, this.#standby];
    this.#onAir = undefined;
    this.#dismissStandby();
    for (const seat of seats) seat?.publisher.handle.close(refusal);
  }

  #seat(publisher: AdmittedPublisher): Seat {
    return { publisher, memory: new SourceMemory(), heardAtMs: this.#nowMs(), isHeld: false };
  }

  #release(seat: Seat): void {
    // What it was silent for until now was not left to it.
    if (seat.isHeld) seat.heardAtMs = this.#nowMs();
    seat.isHeld = false;
    seat.publisher.handle.setPaused(false);
  }

  #keepBy(seat: Seat): void {
    this.#standby?.publisher.handle.close(publishRefusal('taken-over'));
    this.#standby = seat;
    // One that was held back while it was on air must go on, or it has nothing to show when it is needed.
    this.#release(seat);
    this.#timer ??= setInterval(() => this.look(), LOOK_MS);
  }

  #dismissStandby(): void {
    this.#standby = undefined;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Whether the one that stands by is needed. */
  look(): void {
    const before = this.#onAir;
    const standby = this.#standby;
    if (standby === undefined || this.quietMs < this.#silentMs) return;
    // It is the transcoder that is full, and it would be as full for the other one.
    if (before?.isHeld) return;
    // A standby that is silent as well would not help.
    if (this.#nowMs() - standby.heardAtMs >= this.#silentMs) return;
    this.#promote(standby);
    // It may only be stuck; when it connects again it is the primary again.
    before?.publisher.handle.close(publishRefusal('backup-took-over'));
  }

  #promote(standby: Seat): void {
    this.#dismissStandby();
    this.#onAir = standby;
    standby.heardAtMs = this.#nowMs();
    this.#listener.onChange({ why: 'backup', publisher: standby.publisher }, standby.memory.events());
    standby.memory.clear();
  }

  #sinkOf(seat: Seat): PublishSink {
    return {
      onEvent: (event) => this.#receive(seat, event),
      onHeard: () => {
        seat.heardAtMs = this.#nowMs();
      },
      onWarning: (sentence) => {
        if (this.#onAir === seat) this.#listener.onWarning(sentence);
      },
      onFigures: (figures) => {
        if (this.#onAir === seat) this.#listener.onFigures(figures);
      },
      onEnd: (end) => this.#left(seat, end),
    };
  }

  #receive(seat: Seat, event: PublishedEvent): void {
    seat.heardAtMs = this.#nowMs();
    if (this.#onAir === seat) this.#listener.onEvent(event);
    // Tracks that come encoded are gone on with at their next keyframe, whatever was before.
    if (this.#standby === seat && event.kind !== 'samples') seat.memory.push(event);
  }

  #left(seat: Seat, end: PublishEnd): void {
    if (this.#standby === seat) this.#dismissStandby();
    if (this.#onAir !== seat) return;
    this.#onAir = undefined;
    const standby = this.#standby;
    if (standby === undefined) this.#listener.onEmpty(end);
    else this.#promote(standby);
  }
}

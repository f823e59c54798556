import { CHECKED_PUBLISHERS_MAX, type CheckAnswer, type CheckedPublisher, type CheckReason } from '@sluice/contracts';
import type { CallOutcome } from '../control/json-call.ts';

/** With the round trip, and one that is lost, a disabled key ends its broadcast within five seconds. */
const EVERY_MS = 2_000;

/** Somebody who is let publish, as long as the control API says so. */
export interface Checkable {
  readonly checked: CheckedPublisher;
  cut(reason: CheckReason): void;
  /** The control API has another list of restream targets than it was asked about. */
  onRestreamChanged?(): void;
}

export interface PublisherCheckOptions {
  /** Everybody who publishes now. */
  readonly publishers: () => Iterable<Checkable>;
  readonly ask: (publishers: readonly CheckedPublisher[]) => Promise<CallOutcome<CheckAnswer>>;
  readonly onTrouble: (why: string) => void;
  readonly everyMs?: number;
}

/**
 * Asks again and again whether publishers still may. Where it gets no answer nobody is cut: then the grant, which has to
 * be renewed, is what ends a broadcast.
 */
export class PublisherCheck {
  readonly #options: PublisherCheckOptions;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: PublisherCheckOptions) {
    this.#options = options;
  }

  /** There is somebody to ask about. It asks until there is nobody any more. */
  wake(): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => void this.#round(), this.#options.everyMs ?? EVERY_MS);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    const present = [...this.#options.publishers()];
    for (let from = 0; from < present.length; from += CHECKED_PUBLISHERS_MAX) {
      await this.#check(present.slice(from, from + CHECKED_PUBLISHERS_MAX));
    }
    this.#timer = undefined;
    if (present.length > 0) this.wake();
  }

  async #check(publishers: readonly Checkable[]): Promise<void> {
    const outcome = await this.#options.ask(publishers.map(({ checked }) => checked));
    if (outcome.kind === 'unreachable') this.#options.onTrouble(outcome.why);
    if (outcome.kind === 'refused') this.#options.onTrouble(outcome.code);
    if (outcome.kind !== 'answered' || this.#isClosed) return;
    const changed = new Set(outcome.answer.restreamChanged);
    for (const publisher of publishers) if (changed.has(publisher.checked.channelId)) publisher.onRestreamChanged?.();
    for (const { channelId, keyId, authorizedAtMs, reason } of outcome.answer.ended) {
      const ended = publishers.filter(
        ({ checked }) =>
          checked.channelId === channelId && checked.keyId === keyId && checked.authorizedAtMs === authorizedAtMs,
      );
      for (const publisher of ended) publisher.cut(reason);
    }
  }
}

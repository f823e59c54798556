/** How a wait ends when what was waited for does not come. */
export interface WaitEndings<Answer> {
  readonly holdMs: number;
  /** The time is up. */
  late(): Answer;
  /** It is known that it will not come soon. */
  dismissed(): Answer;
}

interface Waiter<Answer> {
  readonly timer: ReturnType<typeof setTimeout>;
  readonly endings: WaitEndings<Answer>;
  resolve(answer: Answer): void;
}

interface Topic<Answer> {
  decide(): Answer | undefined;
  readonly waiters: Set<Waiter<Answer>>;
}

/**
 * Requests that are held until there is an answer. All who wait for the same thing are one topic, which is decided
 * once and then answered for all. Each waiter has a timer of its own: that a client has gone is never relied on.
 */
export class WaitingRoom<Answer> {
  readonly #seatsMax: number;
  readonly #topics = new Map<string, Topic<Answer>>();
  #seatsTaken = 0;

  /** @param seatsMax how many may wait at once; then `wait` answers `undefined`. */
  constructor(seatsMax: number) {
    this.#seatsMax = seatsMax;
  }

  get seatsTaken(): number {
    return this.#seatsTaken;
  }

  /** The answer, as soon as `decide` has one; `undefined` at once when the room is full. */
  wait(topicName: string, decide: () => Answer | undefined, endings: WaitEndings<Answer>): Promise<Answer> | undefined {
    const now = decide();
    if (now !== undefined) return Promise.resolve(now);
    if (this.#seatsTaken >= this.#seatsMax) return undefined;
    const topic = this.#topics.get(topicName) ?? { decide, waiters: new Set() };
    this.#topics.set(topicName, topic);
    this.#seatsTaken += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#leave(topicName, topic, waiter);
        resolve(endings.late());
      }, endings.holdMs);
      const waiter: Waiter<Answer> = { timer, endings, resolve };
      topic.waiters.add(waiter);
    });
  }

  /** Something changed: every topic is decided again, and those that have an answer now are released. */
  settle(): void {
    for (const [name, topic] of this.#topics) {
      const answer = topic.decide();
      if (answer !== undefined) this.#release(name, topic, () => answer);
    }
  }

  /** Sends everybody away. */
  dismiss(): void {
    for (const [name, topic] of this.#topics) this.#release(name, topic, (endings) => endings.dismissed());
  }

  #release(name: string, topic: Topic<Answer>, answerOf: (endings: WaitEndings<Answer>) => Answer): void {
    this.#topics.delete(name);
    this.#seatsTaken -= topic.waiters.size;
    for (const waiter of topic.waiters) {
      clearTimeout(waiter.timer);
      waiter.resolve(answerOf(waiter.endings));
    }
  }

  #leave(name: string, topic: Topic<Answer>, waiter: Waiter<Answer>): void {
    topic.waiters.delete(waiter);
    this.#seatsTaken -= 1;
    if (topic.waiters.size === 0) this.#topics.delete(name);
  }
}

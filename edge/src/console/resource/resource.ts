import { type ReadonlySignal, signal } from '@preact/signals';
import { type ApiProblem, isPassing, problemOfFailure } from '../api/api-problem.ts';

/** After failures it is asked less often, down to this. */
const INTERVAL_MS_MAX = 60_000;
/** What is asked once, and was not answered in passing, is asked again after this, doubled each time. */
const ONCE_AGAIN_MS = 2_500;

export interface ResourceOptions<T> {
  readonly load: (signal: AbortSignal) => Promise<T>;
  /** From an answer to the next question; absent: it is asked until it is answered. */
  readonly everyMs?: number | undefined;
  /** What was known before, shown until it is known better. */
  readonly before?: T | undefined;
  /** Told of each answer. */
  readonly onValue?: ((value: T) => void) | undefined;
}

/** What the resource needs of the page around it. */
export interface PageLife {
  isHidden(): boolean;
  /** Calls back when the page is shown again, or the network is back; returns how to stop that. */
  onReturn(heard: () => void): () => void;
}

/**
 * Something that is asked for over and over while the page is seen, one question at a time. What was heard stays while it
 * is asked for again, and when that fails.
 */
export class Resource<T> {
  readonly #options: ResourceOptions<T>;
  readonly #page: PageLife;
  readonly #value;
  readonly #problem = signal<ApiProblem | undefined>(undefined);
  readonly #isLoading = signal(false);
  #life: AbortController | undefined;
  #asking: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #isDue = false;

  constructor(options: ResourceOptions<T>, page: PageLife) {
    this.#options = options;
    this.#page = page;
    this.#value = signal(options.before);
  }

  /** The newest answer. */
  get value(): ReadonlySignal<T | undefined> {
    return this.#value;
  }

  /** Why the newest question was not answered; there may be a `value` of before. */
  get problem(): ReadonlySignal<ApiProblem | undefined> {
    return this.#problem;
  }

  get isLoading(): ReadonlySignal<boolean> {
    return this.#isLoading;
  }

  start(): void {
    if (this.#life !== undefined) return;
    this.#life = new AbortController();
    this.#life.signal.addEventListener(
      'abort',
      this.#page.onReturn(() => this.#returned()),
    );
    void this.#ask();
  }

  stop(): void {
    this.#life?.abort();
    this.#life = undefined;
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = undefined;
    this.#isLoading.value = false;
  }

  /** Asks now; what is being asked is given up, for it may have been answered before what has just changed. */
  reload(): void {
    if (this.#life === undefined) return;
    this.#asking?.abort();
    this.#asking = undefined;
    void this.#ask();
  }

  /** What is known by another way, as by the answer to a change. */
  put(value: T): void {
    this.#asking?.abort();
    this.#asking = undefined;
    this.#heard(value);
    this.#isLoading.value = false;
    this.#schedule();
  }

  async #ask(): Promise<void> {
    if (this.#asking !== undefined) return;
    clearTimeout(this.#timer);
    this.#isDue = false;
    const asking = new AbortController();
    this.#asking = asking;
    this.#isLoading.value = true;
    try {
      const value = await this.#options.load(asking.signal);
      if (asking.signal.aborted) return;
      this.#heard(value);
    } catch (error) {
      if (asking.signal.aborted) return;
      this.#failures += 1;
      this.#problem.value = problemOfFailure(error);
    }
    this.#asking = undefined;
    this.#isLoading.value = false;
    this.#schedule();
  }

  #heard(value: T): void {
    this.#failures = 0;
    this.#problem.value = undefined;
    this.#value.value = value;
    this.#options.onValue?.(value);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const everyMs = this.#options.everyMs ?? this.#onceAgainMs;
    if (everyMs === undefined || this.#life === undefined) return;
    const delayMs = Math.min(INTERVAL_MS_MAX, everyMs * 2 ** this.#failures);
    this.#timer = setTimeout(
      () => {
        // Nobody looks: it is asked for when somebody does.
        if (this.#page.isHidden()) this.#isDue = true;
        else void this.#ask();
      },
      Math.max(delayMs, everyMs),
    );
  }

  get #onceAgainMs(): number | undefined {
    const problem = this.#problem.peek();
    return problem !== undefined && isPassing(problem) ? ONCE_AGAIN_MS : undefined;
  }

  #returned(): void {
    if (this.#page.isHidden()) return;
    if (this.#isDue || this.#problem.peek() !== undefined) void this.#ask();
  }
}

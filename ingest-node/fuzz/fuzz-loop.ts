import type { FuzzTarget } from './fuzz-target.ts';
import { minimise } from './minimise.ts';
import { mutate } from './mutate.ts';
import type { Random } from './random.ts';

/** Inputs that are kept because something new came of them. A full corpus replaces those that it was given last. */
const KEPT_INPUTS_MAX = 1_024;
const OUTCOMES_MAX = 20_000;
const MINIMISE_TRIES_MAX = 3_000;
/** Of the thread's own processor time, so that other work on the machine does not count. The longest input needs 1/10. */
const INPUT_CPU_MS_MAX = 1_000;
/** One in so many inputs is made by the grammar; the others are mutations. */
const GENERATE_ONE_IN = 5;

/** Something is wrong with a parser. */
export interface Finding {
  readonly input: Uint8Array;
  /** Name and sentence of the error; the same for inputs that find the same. */
  readonly what: string;
  /** For the person who mends it; holds paths of this machine. */
  readonly stack: string;
}

export interface FuzzLoopOptions {
  readonly target: FuzzTarget;
  readonly random: Random;
  /** Told before each run, so that an input that never ends can be told by somebody else. */
  readonly onInput?: (input: Uint8Array) => void;
  /** What an input may take. */
  readonly inputCpuMsMax?: number;
}

/** Runs a parser on one input after the other. */
export class FuzzLoop {
  readonly #target: FuzzTarget;
  readonly #random: Random;
  readonly #onInput: (input: Uint8Array) => void;
  readonly #inputCpuMsMax: number;
  readonly #corpus: Uint8Array[];
  readonly #outcomes = new Set<string>();
  readonly #found = new Set<string>();
  #runCount = 0;

  constructor({ target, random, onInput, inputCpuMsMax }: FuzzLoopOptions) {
    this.#target = target;
    this.#random = random;
    this.#onInput = onInput ?? (() => {});
    this.#inputCpuMsMax = inputCpuMsMax ?? INPUT_CPU_MS_MAX;
    this.#corpus = [...target.corpus];
  }

  get runCount(): number {
    return this.#runCount;
  }

  get outcomeCount(): number {
    return this.#outcomes.size;
  }

  /** Runs one input. A finding that is new comes back, made short. */
  step(): Finding | undefined {
    const input = this.#nextInput();
    const finding = this.#try(input);
    if (finding === undefined || this.#found.has(finding.what)) return undefined;
    this.#found.add(finding.what);
    const isStillWrong = (shorter: Uint8Array) => this.#try(shorter)?.what === finding.what;
    const shortest = minimise(input, isStillWrong, { triesMax: MINIMISE_TRIES_MAX });
    return { ...finding, input: shortest };
  }

  #nextInput(): Uint8Array {
    // The first are the corpus itself, which must be taken well.
    const given = this.#target.corpus[this.#runCount];
    if (given !== undefined) return given;
    if (this.#random.oneIn(GENERATE_ONE_IN)) {
      return this.#target.generate(this.#random).slice(0, this.#target.inputBytesMax);
    }
    const parent = this.#corpus[this.#random.below(this.#corpus.length)] ?? new Uint8Array();
    return mutate(parent, this.#random, { corpus: this.#corpus, bytesMax: this.#target.inputBytesMax });
  }

  #try(input: Uint8Array): Finding | undefined {
    this.#runCount += 1;
    this.#onInput(input);
    const before = process.threadCpuUsage();
    try {
      this.#note(input, this.#target.run(input));
    } catch (error) {
      return { input, what: describe(error), stack: error instanceof Error ? (error.stack ?? '') : '' };
    }
    const { user, system } = process.threadCpuUsage(before);
    if (user + system < this.#inputCpuMsMax * 1_000) return undefined;
    return { input, what: `slow: more than ${this.#inputCpuMsMax} ms of processor time`, stack: '' };
  }

  #note(input: Uint8Array, outcome: string): void {
    if (this.#outcomes.has(outcome) || this.#outcomes.size >= OUTCOMES_MAX) return;
    this.#outcomes.add(outcome);
    if (this.#corpus.length < KEPT_INPUTS_MAX) this.#corpus.push(input);
    else this.#corpus[this.#target.corpus.length + this.#random.below(KEPT_INPUTS_MAX / 2)] = input;
  }
}

/** Numbers are left out: the same fault at another place is the same fault. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  return `${error.name}: ${error.message}`.replace(/\d+/g, 'N').slice(0, 300);
}

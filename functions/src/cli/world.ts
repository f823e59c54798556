/** One of the two places that a program writes to. */
export interface Screen {
  write(text: string): void;
  /** A person looks at it. */
  readonly isTty: boolean;
  /** How wide it is; `undefined`: it has no width, and nothing is cut. */
  readonly columns: number | undefined;
  /** How high it is. */
  readonly rows: number | undefined;
}

/** All that the command line tool has of the world. Tests hand it another one. */
export interface CliWorld {
  /** The words behind `sluice`. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Screen;
  readonly stderr: Screen;
  /** Asks whoever sits at the terminal; absent: nobody does. */
  readonly ask?: (question: string) => Promise<string>;
  readonly fetch: typeof fetch;
  readonly nowMs: () => number;
  /** A text file. Rejects with Node's own error. */
  readonly readText: (path: string) => Promise<string>;
  /** From now on Ctrl-C ends nothing by itself: it aborts this. */
  readonly interrupts: () => AbortSignal;
  /** Resolves after so long, or once it is aborted. */
  readonly wait: (durationMs: number, signal: AbortSignal) => Promise<void>;
}

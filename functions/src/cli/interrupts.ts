import type { EventEmitter } from 'node:events';

/** What shells say of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Where an older Node handed over (bin/sluice.mjs) one Ctrl-C comes twice: from the terminal, and from that Node. */
const ONE_PRESS_MS = 250;

/** A process, as far as it is told to end. */
export interface Interruptible {
  readonly signals: EventEmitter;
  readonly nowMs: () => number;
  readonly exit: (code: number) => void;
}

/** From now on the first Ctrl-C aborts this, and the second one ends the process. */
export function interruptsOf({ signals, nowMs, exit }: Interruptible): AbortSignal {
  const stop = new AbortController();
  let firstAtMs: number | undefined;
  const onSignal = () => {
    if (firstAtMs !== undefined && nowMs() - firstAtMs > ONE_PRESS_MS) return exit(INTERRUPTED);
    firstAtMs ??= nowMs();
    stop.abort();
  };
  for (const signal of SIGNALS) signals.on(signal, onSignal);
  return stop.signal;
}

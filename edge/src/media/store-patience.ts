import { StoreError } from './store-error.ts';

/**
 * All tries of one read take 6.3 s at most, and players give a part up when its first byte has not come in ten. A
 * request may need more than one read (what is not there is waited for and read again): over a bucket that hangs each
 * time the player has gone, and asks again.
 */
const TRIES_MAX = 3;
/** Until the head of an answer is there. Buckets take 10 to 200 ms. */
const TRY_MS_MAX = 2_000;
/** Before the second try; before each further one it is twice as much. */
const PAUSE_MS = 60;
/** Requests that failed together must not come back together. */
const PAUSE_JITTER = 0.5;

export interface PatienceLimits {
  readonly triesMax: number;
  readonly tryMsMax: number;
  readonly pauseMs: number;
}

const USUAL: PatienceLimits = { triesMax: TRIES_MAX, tryMsMax: TRY_MS_MAX, pauseMs: PAUSE_MS };

/**
 * Of writes: nobody waits for them but a clip's maker, who tries again; what is written may be megabytes, and all of it is
 * on its way before an answer comes.
 */
export const WRITING: PatienceLimits = { triesMax: 2, tryMsMax: 15_000, pauseMs: 250 };

/**
 * Tries what may pass by itself a few times, each for a limited time. `attempt` may throw anything; what is no
 * StoreError counts as the network's. Throws the last try's StoreError.
 */
export async function patiently<Answer>(
  attempt: (signal: AbortSignal) => Promise<Answer>,
  { triesMax, tryMsMax, pauseMs }: PatienceLimits = USUAL,
): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await inTime(attempt, tryMsMax);
    } catch (cause) {
      const error = cause instanceof StoreError ? cause : new StoreError('unreachable', String(cause), { cause });
      if (!error.isRetryable || tries >= triesMax) throw error;
      await pause(pauseMs * 2 ** (tries - 1) * (1 + PAUSE_JITTER * Math.random()));
    }
  }
}

/** The signal ends an attempt that can be ended; one that cannot is left alone. */
async function inTime<Answer>(attempt: (signal: AbortSignal) => Promise<Answer>, msMax: number): Promise<Answer> {
  const controller = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new StoreError('timeout', `no answer in ${msMax} ms`);
    reject(error);
    controller.abort(error);
  }, msMax);
  try {
    return await Promise.race([attempt(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

import { log } from '../log.ts';
import { type Refused, refused } from './channel-replies.ts';

export interface AskOptions<Stub> {
  /** A stub that has failed stays broken, so each try gets its own. */
  stub(): Stub;
  /** Whether asking twice does no more than asking once. */
  readonly isRepeatable: boolean;
  /** What the log says was asked. */
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * Calls a Durable Object. That it was reset, moved or has too much to do is no error of ours: a repeatable call is made
 * once more, anything else is refused as `unavailable`. Other failures are thrown.
 */
export async function askObject<Stub, Reply>(
  { stub, isRepeatable, facts }: AskOptions<Stub>,
  call: (object: Stub) => Promise<Reply>,
): Promise<Reply | Refused> {
  for (let isLastTry = !isRepeatable; ; isLastTry = true) {
    try {
      return await call(stub());
    } catch (error) {
      const failure = platformFailure(error);
      if (failure === undefined) throw error;
      log('warn', 'an object could not answer', { ...facts, failure, isLastTry });
      // More calls are the last thing that an overloaded object needs.
      if (isLastTry || failure === 'overloaded') return refused('unavailable');
    }
  }
}

/** The marks that the platform puts on its own errors; `undefined` for an error that the object itself threw. */
function platformFailure(error: unknown): 'overloaded' | 'reset' | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('overloaded' in error && error.overloaded === true) return 'overloaded';
  const isReset = 'durableObjectReset' in error && error.durableObjectReset === true;
  const isRetryable = 'retryable' in error && error.retryable === true;
  return isReset || isRetryable ? 'reset' : undefined;
}

import type { ChannelId } from '@sluice/contracts';
import type { EdgeBindings } from '../environment.ts';
import { log } from '../log.ts';
import type { ChannelObject } from './channel.object.ts';
import { type Refused, refused } from './channel-replies.ts';

/** What may be asked of a channel's object, without the platform's own additions to the types. */
export type ChannelCalls = Pick<
  ChannelObject,
  'lease' | 'announce' | 'returnLease' | 'multivariant' | 'playlist' | 'media' | 'status'
>;

export interface AskOptions {
  readonly channelId: ChannelId;
  /** Whether asking twice does no more than asking once. */
  readonly isRepeatable: boolean;
}

/**
 * Calls a channel's object. That it was reset, moved or has too much to do is no error of ours: a repeatable call is
 * made once more, anything else is refused as `unavailable`. Other failures are thrown.
 */
export async function askChannel<Reply>(
  bindings: Pick<EdgeBindings, 'CHANNEL'>,
  { channelId, isRepeatable }: AskOptions,
  call: (channel: ChannelCalls) => Promise<Reply>,
): Promise<Reply | Refused> {
  for (let isLastTry = !isRepeatable; ; isLastTry = true) {
    try {
      // A stub that has failed stays broken, so each try has its own.
      return await call(bindings.CHANNEL.getByName(channelId));
    } catch (error) {
      const failure = platformFailure(error);
      if (failure === undefined) throw error;
      log('warn', 'a channel object could not answer', { channelId, failure, isLastTry });
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

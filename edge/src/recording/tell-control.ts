import type { EdgeEvent } from '@sluice/contracts';
import { log } from '../log.ts';

type Untold<Event> = Event extends unknown ? Omit<Event, 'sequence'> : never;
/** An event that has no number yet: whoever tells it gives it one. */
export type UntoldEvent = Untold<EdgeEvent>;

/**
 * Hands an event to whoever tells the control API. Synchronous, so that what it stores and what its caller stores are one
 * write: either both are kept or neither.
 */
export type TellControl = (event: UntoldEvent) => void;

/** Where nobody tells it yet. */
export const logInstead: TellControl = ({ kind, broadcastId, ...facts }) => {
  log('info', 'the control API is to be told', { kind, broadcastId, facts: JSON.stringify(facts) });
};

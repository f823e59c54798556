import type { HandedInDraft } from '../events/event-draft.ts';

/**
 * Hands an event to whoever tells the control API. Synchronous, so that what it stores and what its caller stores are one
 * write: either both are kept or neither.
 */
export type TellControl = (event: HandedInDraft) => void;

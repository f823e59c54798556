export type SrtSessionState =
  /** Somebody decides whether the publisher may. */
  | 'authorizing'
  /** The receiver loads and begins to listen; inductions look for it. */
  | 'reaching'
  /** The receiver listens, and gives away all that it needs no more before it hears of the publisher. */
  | 'confining'
  /** The receiver has the publisher's conclusion. */
  | 'joining'
  /** Packets pass in both ways. */
  | 'live'
  /** The publisher has said goodbye; the receiver gives out what it still holds. */
  | 'draining'
  /** Over; whoever asks once more hears the same answer once more. */
  | 'lingering'
  | 'closed';

export type SrtSessionInput =
  | 'granted'
  | 'receiver-answered'
  | 'receiver-confined'
  | 'receiver-accepted'
  | 'shutdown'
  /** Refused, failed, timed out, gone: whatever ends the publisher. */
  | 'end'
  | 'linger-over';

/** The life of a connection, from its first conclusion. What the table lacks changes nothing. */
export const SRT_SESSION_LIFE = {
  authorizing: { granted: 'reaching', end: 'lingering' },
  reaching: { 'receiver-answered': 'confining', end: 'lingering' },
  confining: { 'receiver-confined': 'joining', end: 'lingering' },
  joining: { 'receiver-accepted': 'live', end: 'lingering' },
  live: { shutdown: 'draining', end: 'lingering' },
  draining: { end: 'lingering' },
  lingering: { 'linger-over': 'closed' },
  closed: {},
} as const satisfies Record<SrtSessionState, Partial<Record<SrtSessionInput, SrtSessionState>>>;

const TABLE: Record<SrtSessionState, Partial<Record<SrtSessionInput, SrtSessionState>>> = SRT_SESSION_LIFE;

/** The state after an input, or `undefined` when there the input means nothing. */
export function nextSrtSessionState(state: SrtSessionState, input: SrtSessionInput): SrtSessionState | undefined {
  return TABLE[state][input];
}

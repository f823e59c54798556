/**
 * The life of a broadcast on this node. docs/ARCHITECTURE.md prints this table.
 *
 * `live`: a publisher is connected. `absent`: it dropped; the picture repeats, then a slate, until it comes back or the
 * reconnect window has passed. `ending`: the last segment is closed and stored. `ended`: nothing of it is left here.
 */
export type BroadcastState = 'live' | 'absent' | 'ending' | 'ended';

export type BroadcastInput =
  /** A publisher of the same channel connected. */
  | 'publisher-joined'
  /** The connection dropped; the streamer did not ask for the end. */
  | 'publisher-dropped'
  /** The streamer pressed Stop. */
  | 'publisher-stopped'
  | 'reconnect-window-passed'
  /** Another node has taken over, or the edge or the control API refuses this broadcast from now on. */
  | 'fenced'
  /** For a publisher of another kind, who cannot go on with it. */
  | 'gave-way'
  /** The tracks that it has encoded are no broadcast, or not this one. */
  | 'source-unusable'
  /** Again and again: now and then it is started anew, and nobody notices. */
  | 'transcoder-died'
  /** Storage or the edge has been away for too long. */
  | 'publication-failed'
  /** A backup on another node goes on: the publisher here is silent. */
  | 'handed-over'
  | 'node-stopping'
  | 'drained';

export const BROADCAST_LIFE = {
  live: {
    'publisher-dropped': 'absent',
    'publisher-stopped': 'ending',
    fenced: 'ending',
    'gave-way': 'ending',
    'source-unusable': 'ending',
    'transcoder-died': 'ending',
    'publication-failed': 'ending',
    'handed-over': 'ending',
    'node-stopping': 'ending',
  },
  absent: {
    'publisher-joined': 'live',
    'reconnect-window-passed': 'ending',
    fenced: 'ending',
    'gave-way': 'ending',
    'source-unusable': 'ending',
    'transcoder-died': 'ending',
    'publication-failed': 'ending',
    'handed-over': 'ending',
    'node-stopping': 'ending',
  },
  ending: { drained: 'ended' },
  ended: {},
} as const satisfies Record<BroadcastState, Partial<Record<BroadcastInput, BroadcastState>>>;

/** The next state, or `undefined` when the table has no such step: then nothing happens. */
export function nextBroadcastState(state: BroadcastState, input: BroadcastInput): BroadcastState | undefined {
  const steps: Partial<Record<BroadcastInput, BroadcastState>> = BROADCAST_LIFE[state];
  return steps[input];
}

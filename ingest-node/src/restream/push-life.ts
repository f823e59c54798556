import type { RestreamState } from '@sluice/contracts';

/**
 * What can happen to a push. `source-…` come from the publisher's packets, `accepted` and `failed` from the connection,
 * `retry` from the clock, and `stop` from whoever wants it no more.
 */
export type PushInput =
  | 'source-moves'
  | 'source-resumes'
  | 'source-quiet'
  | 'source-changed'
  | 'source-unsupported'
  | 'accepted'
  | 'failed'
  | 'retry'
  | 'stop';

/** A push goes on until it is stopped: nothing that a target does ends it. */
export const PUSH_LIFE = {
  /** Nothing comes from the publisher. There may be a connection left, on which it resumes. */
  waiting: {
    'source-moves': 'connecting',
    'source-resumes': 'live',
    'source-changed': 'connecting',
    'source-unsupported': 'unsupported',
    accepted: 'waiting',
    failed: 'waiting',
    stop: 'stopped',
  },
  connecting: {
    accepted: 'live',
    failed: 'failing',
    'source-quiet': 'waiting',
    'source-changed': 'connecting',
    'source-unsupported': 'unsupported',
    stop: 'stopped',
  },
  live: {
    failed: 'failing',
    'source-quiet': 'waiting',
    'source-changed': 'connecting',
    'source-unsupported': 'unsupported',
    stop: 'stopped',
  },
  /** It is tried again after a while. */
  failing: {
    retry: 'connecting',
    'source-quiet': 'waiting',
    'source-unsupported': 'unsupported',
    stop: 'stopped',
  },
  /** The target's protocol does not carry the source. */
  unsupported: { 'source-moves': 'connecting', 'source-quiet': 'waiting', stop: 'stopped' },
  stopped: {},
} as const satisfies Record<RestreamState, Partial<Record<PushInput, RestreamState>>>;

/** The state after an input; `undefined` where the table has none. */
export function nextPushState(state: RestreamState, input: PushInput): RestreamState | undefined {
  const row: Partial<Record<PushInput, RestreamState>> = PUSH_LIFE[state];
  return row[input];
}

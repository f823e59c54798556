/**
 * What the page is doing. `asking`: the channel's status is not known yet. `joining`: live, no moving picture yet.
 * `waiting`: the picture stands still against the viewer's will. `blocked`: the browser wants a gesture first.
 * `refused`: the channel is private, and the page's address does not let its viewer in. `unloaded`: a part of the player did
 * not come.
 */
export type ViewerState =
  | 'asking'
  | 'unreachable'
  | 'offline'
  | 'starting'
  | 'joining'
  | 'watching'
  | 'waiting'
  | 'paused'
  | 'blocked'
  | 'ended'
  | 'refused'
  | 'unsupported'
  | 'unloaded';

/** `told-*`: the channel's status says so. The rest comes from the player or the viewer. */
export type ViewerInput =
  | 'told-offline'
  | 'told-starting'
  | 'told-live'
  | 'told-nothing'
  | 'told-refused'
  | 'picture-moves'
  | 'picture-stands'
  | 'viewer-paused'
  | 'viewer-played'
  | 'autoplay-refused'
  | 'broadcast-ended'
  | 'playback-failed'
  | 'cannot-play'
  | 'source-changes'
  | 'not-loaded';

type Row = Partial<Record<ViewerInput, ViewerState>>;

const ASKING: Row = {
  'told-offline': 'offline',
  'told-starting': 'starting',
  'told-live': 'joining',
  'told-nothing': 'unreachable',
  'told-refused': 'refused',
  'cannot-play': 'unsupported',
  'not-loaded': 'unloaded',
};

const PLAYING: Row = {
  'picture-moves': 'watching',
  'picture-stands': 'waiting',
  'viewer-paused': 'paused',
  'autoplay-refused': 'blocked',
  'broadcast-ended': 'ended',
  'playback-failed': 'asking',
  'cannot-play': 'unsupported',
  'source-changes': 'joining',
};

export const VIEWER_LIFE = {
  asking: ASKING,
  unreachable: ASKING,
  offline: ASKING,
  starting: ASKING,
  refused: ASKING,
  // Stays on its own screen until there is something new to see: "has ended" says more than "not live".
  ended: { ...ASKING, 'told-offline': 'ended' },
  // Before the first frame there is nothing that could stand still.
  joining: { ...PLAYING, 'picture-stands': 'joining' },
  watching: PLAYING,
  waiting: PLAYING,
  // A paused picture that moves once more is the last frame on its way, not a viewer who plays.
  paused: {
    ...PLAYING,
    'picture-moves': 'paused',
    'picture-stands': 'paused',
    'source-changes': 'paused',
    'viewer-played': 'waiting',
  },
  blocked: { ...PLAYING, 'picture-stands': 'blocked', 'viewer-played': 'joining' },
  unsupported: {},
  unloaded: {},
} as const satisfies Record<ViewerState, Row>;

/** The state after `input`; an input that a state does not know leaves it as it is (events of a past source arrive late). */
export function nextViewerState(state: ViewerState, input: ViewerInput): ViewerState {
  const row: Row = VIEWER_LIFE[state];
  return row[input] ?? state;
}

const ASKING_STATES: ReadonlySet<ViewerState> = new Set([
  'asking',
  'unreachable',
  'offline',
  'starting',
  'ended',
  'refused',
]);

/** The page asks for the channel's status in these; in all others it has a broadcast and asks nothing. */
export function isAskingState(state: ViewerState): boolean {
  return ASKING_STATES.has(state);
}

/**
 * What the player of a recording or a clip is doing. `asking`: what there is of it is not known yet. `joining`: there is no
 * moving picture yet. `over`: it was played to its end. `missing`: there is no such recording.
 */
export type RecordedState =
  | 'asking'
  | 'unreachable'
  | 'missing'
  | 'refused'
  | 'joining'
  | 'watching'
  | 'waiting'
  | 'paused'
  | 'blocked'
  | 'over'
  | 'unsupported'
  | 'unloaded';

/** `told-*`: the edge says so of the recording. The rest comes from the media element or the viewer. */
export type RecordedInput =
  | 'told-of'
  | 'told-missing'
  | 'told-refused'
  | 'told-nothing'
  | 'picture-moves'
  | 'picture-stands'
  | 'viewer-paused'
  | 'viewer-played'
  | 'autoplay-refused'
  | 'came-to-end'
  | 'source-changes'
  | 'playback-failed'
  | 'cannot-play'
  | 'not-loaded';

type Row = Partial<Record<RecordedInput, RecordedState>>;

const ASKING: Row = {
  'told-of': 'joining',
  'told-missing': 'missing',
  'told-refused': 'refused',
  'told-nothing': 'unreachable',
  'cannot-play': 'unsupported',
  'not-loaded': 'unloaded',
};

const PLAYING: Row = {
  'picture-moves': 'watching',
  'picture-stands': 'waiting',
  'viewer-paused': 'paused',
  'autoplay-refused': 'blocked',
  'came-to-end': 'over',
  'source-changes': 'joining',
  'playback-failed': 'asking',
  'cannot-play': 'unsupported',
};

export const RECORDED_LIFE = {
  asking: ASKING,
  unreachable: ASKING,
  missing: ASKING,
  refused: ASKING,
  joining: { ...PLAYING, 'picture-stands': 'joining' },
  watching: PLAYING,
  waiting: PLAYING,
  // Who looks for a place while it is paused sees that picture, and it stays paused.
  paused: {
    ...PLAYING,
    'picture-moves': 'paused',
    'picture-stands': 'paused',
    'came-to-end': 'paused',
    'source-changes': 'paused',
    'viewer-played': 'waiting',
  },
  blocked: { ...PLAYING, 'picture-stands': 'blocked', 'viewer-played': 'joining' },
  // A pause is what browsers say at the end, too.
  over: { ...PLAYING, 'viewer-paused': 'over', 'picture-stands': 'over', 'viewer-played': 'waiting' },
  unsupported: {},
  unloaded: {},
} as const satisfies Record<RecordedState, Row>;

/** The state after `input`; an input that a state does not know leaves it as it is. */
export function nextRecordedState(state: RecordedState, input: RecordedInput): RecordedState {
  const row: Row = RECORDED_LIFE[state];
  return row[input] ?? state;
}

/** What is known of the recording is asked for again in these, now and then. */
export function isAskingRecorded(state: RecordedState): boolean {
  return 'told-of' in RECORDED_LIFE[state];
}

/** Where a transcoder's child stands. */
export type TranscoderState = 'spawning' | 'ready' | 'running' | 'stopping' | 'killing' | 'exited';

/**
 * What can happen to it. `ready`, `described` and `process-gone` come from the child, `stop` from the owner,
 * `time-ran-out` from the driver's timer and `broke` from whatever reads the child's messages.
 */
export type TranscoderInput = 'ready' | 'described' | 'stop' | 'time-ran-out' | 'broke' | 'process-gone';

/** Every life ends in `exited`, and only the process's end leads there. A child is never restarted: its encoder is gone. */
export const TRANSCODER_LIFE = {
  /** The process was started; its libraries are loading. Source events already wait in the pipe. */
  spawning: { ready: 'ready', stop: 'stopping', 'time-ran-out': 'killing', broke: 'killing', 'process-gone': 'exited' },
  /** It reads the source, and has not yet seen enough of it to say what the broadcast will be. */
  ready: { described: 'running', stop: 'stopping', broke: 'killing', 'process-gone': 'exited' },
  running: { stop: 'stopping', broke: 'killing', 'process-gone': 'exited' },
  /** It was told to finish the segment. A short source may be described only now. */
  stopping: {
    ready: 'stopping',
    described: 'stopping',
    stop: 'stopping',
    'time-ran-out': 'killing',
    broke: 'killing',
    'process-gone': 'exited',
  },
  /** SIGTERM was sent; when the time runs out once more, SIGKILL to the whole group. */
  killing: {
    ready: 'killing',
    described: 'killing',
    stop: 'killing',
    'time-ran-out': 'killing',
    broke: 'killing',
    'process-gone': 'exited',
  },
  exited: { stop: 'exited', 'time-ran-out': 'exited' },
} as const satisfies Record<TranscoderState, Partial<Record<TranscoderInput, TranscoderState>>>;

/** The state after an input; `undefined` where the table has none, which is an error of ours or a lie of the child's. */
export function nextTranscoderState(state: TranscoderState, input: TranscoderInput): TranscoderState | undefined {
  const row: Partial<Record<TranscoderInput, TranscoderState>> = TRANSCODER_LIFE[state];
  return row[input];
}

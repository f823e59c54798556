/** Why a transcoder's child ended. The first reason wins. */
export type TranscoderExitReason =
  /** It was told to stop and said goodbye. */
  | 'stopped'
  /** It fell so far behind real time that going on made no sense. */
  | 'overloaded'
  /** It gave up with an error of its own. */
  | 'failed'
  /** It died: a signal or an exit code, without a word. */
  | 'crashed'
  /** It could not be started, or was not ready in time. */
  | 'not-started'
  /** It said something that is not in the protocol, and was killed. */
  | 'broke-protocol'
  /** It said nothing, or took nothing of the source, for too long, and was killed. */
  | 'stuck'
  /** It was told to stop, did not, and was killed. */
  | 'did-not-stop';

/** The end of a transcoder, told once. */
export interface TranscoderExit {
  readonly reason: TranscoderExitReason;
  /** For the log: what happened, in one sentence. */
  readonly sentence: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last lines the child wrote to stderr, oldest first, at most 50. */
  readonly stderrLines: readonly string[];
}

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** What was already known before the process ended: what the child said itself, or why it was killed. */
  readonly verdict?: { readonly reason: TranscoderExitReason; readonly detail: string } | undefined;
  readonly stderrLines: readonly string[];
}

/** One tagged reason out of all that is known of a child's end. */
export function transcoderExit({ exitCode, signal, verdict, stderrLines }: ProcessEnd): TranscoderExit {
  const end = signal === null ? `exit code ${exitCode ?? 'unknown'}` : signal;
  if (verdict !== undefined) {
    return { reason: verdict.reason, sentence: `${verdict.detail} (${end})`, exitCode, signal, stderrLines };
  }
  const last = stderrLines.at(-1);
  const sentence = `The transcoder died with ${end}${last === undefined ? '.' : `: ${last}`}`;
  return { reason: 'crashed', sentence, exitCode, signal, stderrLines };
}

import type { SourceEvent } from '../media/source.ts';

/** What a server knows of somebody who asks to play, before anything was checked. */
export interface PlayAttempt {
  /** As it came; it may be no channel's id at all, and even somebody's stream key by mistake: never logged as it is. */
  readonly channelId: string;
  /** Secret: never logged, never sent back. */
  readonly token: string | undefined;
  readonly clientAddress: string;
}

/** Where a player's media comes in. Calls come in order; `onEnd` comes at most once and last. */
export interface PlayListener {
  /** First all at once what is needed to begin, later one by one. */
  onEvents(events: readonly SourceEvent[]): void;
  /** What follows is of another publisher, or of one that came back. */
  onRestart?(): void;
  /** The broadcast is over. */
  onEnd(): void;
}

/** The answer to somebody who wants to play: the source of a channel, or a sentence that says why not. */
export type PlayAnswer =
  | {
      readonly ok: true;
      /** May call the listener at once. The answer ends it; more than one call of that is harmless. */
      subscribe(listener: PlayListener): () => void;
    }
  | { readonly ok: false; readonly sentence: string };

/** Decides on an attempt to play. A rejected promise is refused as a fault of ours. */
export type PlayHandler = (attempt: PlayAttempt) => Promise<PlayAnswer>;

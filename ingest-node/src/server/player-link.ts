import type { SourceEvent } from '../media/source.ts';
import { PLAY_FAILED, PLAYERS_FULL } from '../rtmp/refusal-sentences.ts';
import type { PlayAnswer, PlayAttempt, PlayHandler } from './player.ts';
import type { PlayerCount } from './player-count.ts';

export interface PlayerLinkOptions {
  readonly attempt: PlayAttempt;
  readonly onPlay: PlayHandler;
  readonly players: PlayerCount;
  /** The handler's yes, while the player is still there. */
  onGranted(): void;
  onRefused(sentence: string): void;
  onEvents(events: readonly SourceEvent[]): void;
  /** The broadcast is over. */
  onBroadcastEnd(): void;
  /** Something of ours threw. */
  onFault(error: unknown): void;
}

/** What is between one attempt to play and the node, whatever the order in which answer, media and end come. */
export class PlayerLink {
  readonly #options: PlayerLinkOptions;
  #state: 'asking' | 'playing' | 'ended' = 'asking';
  #isCounted = false;
  #unsubscribe: (() => void) | undefined;

  constructor(options: PlayerLinkOptions) {
    this.#options = options;
  }

  /** Asks the handler. Resolves when its answer has been dealt with; never rejects. */
  async ask(): Promise<void> {
    const { attempt, onPlay, players, onRefused, onFault } = this.#options;
    this.#isCounted = players.enter(attempt.channelId);
    if (!this.#isCounted) {
      onRefused(PLAYERS_FULL);
      return;
    }
    try {
      this.#take(await onPlay(attempt));
    } catch (error) {
      onFault(error);
      onRefused(PLAY_FAILED);
    }
  }

  /** The player is gone. */
  end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#unsubscribe?.();
    if (this.#isCounted) this.#options.players.leave(this.#options.attempt.channelId);
  }

  #take(answer: PlayAnswer): void {
    if (this.#state === 'ended') return;
    if (!answer.ok) {
      this.#options.onRefused(answer.sentence);
      return;
    }
    this.#state = 'playing';
    this.#options.onGranted();
    const unsubscribe = answer.subscribe({
      onEvents: (events) => this.#ifHere(() => this.#options.onEvents(events)),
      onEnd: () => this.#ifHere(() => this.#options.onBroadcastEnd()),
    });
    // Whatever it was given at once may have been its end.
    if (this.#isEnded) unsubscribe();
    else this.#unsubscribe = unsubscribe;
  }

  get #isEnded(): boolean {
    return this.#state === 'ended';
  }

  #ifHere(act: () => void): void {
    if (!this.#isEnded) act();
  }
}

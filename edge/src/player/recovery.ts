/** hls.js's recipe is one `recoverMediaError`, one more after swapping the audio codec, then anew. */
const MEDIA_RECOVERIES_MAX = 2;
const LOAD_RESTARTS_MAX = 2;
const RELOADS_MAX = 3;
/** Errors that lie further apart than this have nothing to do with each other. */
const MEMORY_MS = 30_000;

/**
 * A failure that an engine or the media element does not get over by itself. `source`: not even the first playlist.
 * `codec`: this browser cannot decode what it is encoded as. `decoder`: the decoder failed, and there is nothing milder for
 * it than a new load.
 */
export type PlaybackFault = 'source' | 'codec' | 'network' | 'media' | 'decoder' | 'stuck' | 'other';

/**
 * `restart-load`: ask again for what could not be loaded. `recover-media`: new decoder, same data. `reload`: the same
 * broadcast from the multivariant playlist on. `give-up`: leave the broadcast and ask the channel's status.
 */
export type Remedy = 'restart-load' | 'recover-media' | 'swap-audio-codec' | 'reload' | 'give-up';

/** Chooses the mildest remedy that has not just failed. Pure. */
export class Recovery {
  #tried: readonly { readonly remedy: Remedy; readonly atMs: number }[] = [];

  remedyFor(fault: PlaybackFault, nowMs: number): Remedy {
    this.#tried = this.#tried.filter(({ atMs }) => nowMs - atMs < MEMORY_MS);
    const remedy = this.#mildest(fault);
    this.#tried = [...this.#tried, { remedy, atMs: nowMs }];
    return remedy;
  }

  /** Another broadcast starts with a clean record. */
  forget(): void {
    this.#tried = [];
  }

  #mildest(fault: PlaybackFault): Remedy {
    // The status tells whether the channel is gone or the network is, and the page shows it.
    if (fault === 'source' || fault === 'codec') return 'give-up';
    if (fault === 'network' && this.#count('restart-load') < LOAD_RESTARTS_MAX) return 'restart-load';
    if (fault === 'media') {
      const recoveries = this.#count('recover-media') + this.#count('swap-audio-codec');
      if (recoveries < MEDIA_RECOVERIES_MAX) return recoveries === 0 ? 'recover-media' : 'swap-audio-codec';
    }
    return this.#count('reload') < RELOADS_MAX ? 'reload' : 'give-up';
  }

  #count(remedy: Remedy): number {
    return this.#tried.filter((past) => past.remedy === remedy).length;
  }
}

import Hls from 'hls.js';

/**
 * hls.js's own choice of a rendition, which it makes for every part, put into force only where `mayChange` says so. What
 * hls.js forces, because media is missing or comes too slowly to wait, is let through.
 */
export function gatedAbr(mayChange: () => boolean): typeof Hls.DefaultConfig.abrController {
  return class extends Hls.DefaultConfig.abrController {
    #forced: number | undefined;

    override get nextAutoLevel(): number {
      const next = super.nextAutoLevel;
      // hls.js sets it to null when it is destroyed.
      const loadLevel = this.hls?.loadLevel ?? -1;
      if (loadLevel === -1 || next === this.#forced || mayChange()) return next;
      return loadLevel;
    }

    override set nextAutoLevel(level: number) {
      // The stream controller says of every part which level it is loaded from; that forces nothing.
      this.#forced = level === this.hls?.loadLevel ? undefined : level;
      super.nextAutoLevel = level;
    }
  };
}

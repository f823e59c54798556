import type shaka from 'shaka-player/dist/shaka-player.dash-es2021.js';
import { AUTO_CHOICE, type RenditionChoice } from './engine.ts';
import type { LineEstimate } from './line-estimate.ts';
import { chooseRendition } from './rendition-choice.ts';

/** Before anything was measured: a middle rendition. The lowest would be ugly for seconds on most lines. */
const BANDWIDTH_GUESS_BPS = 5_000_000;

type Variant = shaka.extern.Variant;

export interface RenditionChooserOptions {
  readonly line: LineEstimate;
  /** Lines of the picture on the page, in device pixels. */
  heightPx(): number;
}

export interface RenditionChange {
  readonly fromBps: number;
  readonly toBps: number;
}

/**
 * Shaka's ABR manager, by our own choice: Shaka's takes the time in which a segment is made for the time that the line
 * needs, and stays with the smallest picture for ever (ADR 0029).
 */
export class RenditionChooser implements shaka.extern.AbrManager {
  readonly #options: RenditionChooserOptions;
  /** Best first. */
  #variants: readonly { readonly variant: Variant; readonly rendition: RenditionChoice }[] = [];
  #choice = AUTO_CHOICE;
  #current: Variant | undefined;
  #wentDownAtMs = Number.NEGATIVE_INFINITY;
  #switchTo: ((variant: Variant) => void) | undefined;
  #isEnabled = false;

  constructor(options: RenditionChooserOptions) {
    this.#options = options;
  }

  get choice(): string {
    return this.#choice;
  }

  /** Those that can be had now, best first. */
  get renditions(): readonly RenditionChoice[] {
    return this.#variants.map(({ rendition }) => rendition);
  }

  /** AUTO_CHOICE or a rendition's id. */
  choose(choice: string): void {
    this.#choice = choice;
    this.reconsider();
  }

  /** To be called now and then: what was measured may ask for another rendition. Answers with the change that it made. */
  reconsider(): RenditionChange | undefined {
    if (!this.#isEnabled || this.#switchTo === undefined || this.#variants.length === 0) return undefined;
    const before = this.#current;
    const next = this.#best();
    if (next === before) return undefined;
    // Without clearing what is buffered: the change comes with the next segment.
    this.#switchTo(next);
    return before && { fromBps: renditionOf(before).bitrateBps, toBps: renditionOf(next).bitrateBps };
  }

  init(switchTo: shaka.extern.AbrManager.SwitchCallback): void {
    this.#switchTo = (variant) => switchTo(variant, false, 0);
  }

  setVariants(variants: Variant[]): boolean {
    const known = new Set(this.#variants.map(({ variant }) => variant));
    const isSame = known.size === variants.length && variants.every((variant) => known.has(variant));
    this.#variants = variants
      .map((variant) => ({ variant, rendition: renditionOf(variant) }))
      .toSorted((a, b) => b.rendition.bitrateBps - a.rendition.bitrateBps);
    return !isSame;
  }

  chooseVariant(): Variant {
    return this.#best();
  }

  enable(): void {
    this.#isEnabled = true;
  }

  disable(): void {
    this.#isEnabled = false;
  }

  /**
   * Shaka breaks a segment off for one of another rendition where the line, by this, would bring that in time; the browser
   * then has no keyframe for the rest of the segment, and the picture stands. So it is told that none would come in time.
   */
  getBandwidthEstimate(): number {
    return 1;
  }

  stop(): void {
    this.#isEnabled = false;
  }

  release(): void {
    this.#switchTo = undefined;
    this.#variants = [];
    this.#current = undefined;
  }

  segmentDownloaded(): void {}
  trySuggestStreams(): void {}
  playbackRateChanged(): void {}
  setMediaElement(): void {}
  setCmsdManager(): void {}
  configure(): void {}

  #best(): Variant {
    const nowMs = performance.now();
    const chosen = this.#variants.find(({ rendition }) => rendition.id === this.#choice);
    const shown = this.#variants.find(({ variant }) => variant === this.#current);
    const automatic = chooseRendition({
      renditions: this.renditions,
      shownId: shown?.rendition.id,
      lineBps: this.#options.line.bps ?? BANDWIDTH_GUESS_BPS,
      heightPx: this.#options.heightPx(),
      nowMs,
      wentDownAtMs: this.#wentDownAtMs,
    });
    const best = chosen ?? this.#variants.find(({ rendition }) => rendition === automatic);
    if (best === undefined) throw new Error('no rendition to choose from');
    const isLess = shown !== undefined && best.rendition.bitrateBps < shown.rendition.bitrateBps;
    if (isLess && chosen === undefined) this.#wentDownAtMs = nowMs;
    this.#current = best.variant;
    return best.variant;
  }
}

function renditionOf({ video, audio, bandwidth }: Variant): RenditionChoice {
  return {
    // The sound's, where it is alone.
    id: video?.originalId ?? (video === null ? audio?.originalId : undefined) ?? `v${video?.height ?? 0}`,
    widthPx: video?.width ?? 0,
    heightPx: video?.height ?? 0,
    fps: video?.frameRate,
    bitrateBps: video?.bandwidth ?? bandwidth,
  };
}

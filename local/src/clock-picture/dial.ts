import { paintStroke } from './stroke-font.ts';
import type { AlphaMask, YuvPicture } from './yuv-picture.ts';

const HAND_LUMA = 232;
const TICK_LUMA = 190;
const RIPPLE_LUMA = 210;
const TURN_MS = 60_000;
/** A ripple begins with each second, in step with the tone, and is gone before the next. */
const RIPPLE_MS = 900;
const RIPPLE_ALPHA_MAX = 90;

/** A round clock face: sixty ticks, a hand that sweeps once a minute, and a ripple at each second. */
export class Dial {
  readonly #centreXPx: number;
  readonly #centreYPx: number;
  readonly #radiusPx: number;
  readonly #face: AlphaMask;
  readonly #hand: AlphaMask;

  constructor({ centreXPx, centreYPx, radiusPx }: { centreXPx: number; centreYPx: number; radiusPx: number }) {
    this.#centreXPx = Math.round(centreXPx);
    this.#centreYPx = Math.round(centreYPx);
    this.#radiusPx = Math.round(radiusPx);
    this.#face = faceMask(this.#radiusPx);
    this.#hand = emptyMask(this.#face.widthPx);
  }

  draw(picture: YuvPicture, wallMs: number): void {
    this.#drawRipple(picture, wallMs % 1_000);
    const leftPx = this.#centreXPx - this.#face.widthPx / 2;
    const topPx = this.#centreYPx - this.#face.heightPx / 2;
    picture.blendLuma(this.#face, leftPx, topPx, TICK_LUMA);
    const angle = (2 * Math.PI * (wallMs % TURN_MS)) / TURN_MS - Math.PI / 2;
    const middle = this.#hand.widthPx / 2;
    this.#hand.alpha.fill(0);
    const tip = {
      x: middle + 0.8 * this.#radiusPx * Math.cos(angle),
      y: middle + 0.8 * this.#radiusPx * Math.sin(angle),
    };
    paintStroke(this.#hand, [{ x: middle, y: middle }, tip], Math.max(1, this.#radiusPx / 40));
    paintStroke(this.#hand, [{ x: middle, y: middle }], Math.max(2, this.#radiusPx / 16));
    picture.blendLuma(this.#hand, leftPx, topPx, HAND_LUMA);
  }

  /** A thin ring, row by row: two short runs of pixels in each. */
  #drawRipple(picture: YuvPicture, sinceSecondMs: number): void {
    if (sinceSecondMs >= RIPPLE_MS) return;
    const part = sinceSecondMs / RIPPLE_MS;
    const outer = this.#radiusPx * (0.1 + 1.2 * Math.sqrt(part));
    const inner = outer - Math.max(2, this.#radiusPx / 24);
    const alpha = RIPPLE_ALPHA_MAX * (1 - part);
    for (let y = -Math.floor(outer); y <= outer; y += 1) {
      const far = Math.sqrt(Math.max(0, outer * outer - y * y));
      const near = Math.sqrt(Math.max(0, inner * inner - y * y));
      for (let x = Math.ceil(near); x < far; x += 1) {
        lighten(picture, this.#centreXPx + x, this.#centreYPx + y, alpha);
        if (x > 0) lighten(picture, this.#centreXPx - x, this.#centreYPx + y, alpha);
      }
    }
  }
}

function lighten(picture: YuvPicture, x: number, y: number, alpha: number): void {
  if (x < 0 || x >= picture.widthPx || y < 0 || y >= picture.heightPx) return;
  const at = y * picture.widthPx + x;
  const under = picture.luma[at] ?? 0;
  picture.luma[at] = under + (((RIPPLE_LUMA - under) * alpha) >> 8);
}

function faceMask(radiusPx: number): AlphaMask {
  const mask = emptyMask(2 * radiusPx + 8);
  const middle = mask.widthPx / 2;
  for (let tick = 0; tick < 60; tick += 1) {
    const isLong = tick % 5 === 0;
    const angle = (2 * Math.PI * tick) / 60;
    const at = (distance: number) => ({
      x: middle + distance * radiusPx * Math.cos(angle),
      y: middle + distance * radiusPx * Math.sin(angle),
    });
    paintStroke(mask, [at(isLong ? 0.88 : 0.95), at(1)], Math.max(0.6, radiusPx / (isLong ? 60 : 110)));
  }
  return mask;
}

function emptyMask(sidePx: number): AlphaMask {
  return { widthPx: sidePx, heightPx: sidePx, alpha: new Uint8Array(sidePx * sidePx) };
}

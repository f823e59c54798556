/** A planar YUV 4:2:0 picture without padding, BT.709 in video range: one buffer, luma first, then U, then V. */
export class YuvPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bytes: Uint8Array;
  readonly luma: Uint8Array;
  readonly chromaU: Uint8Array;
  readonly chromaV: Uint8Array;

  /** Both sides must be even: chroma has half of each. */
  constructor(widthPx: number, heightPx: number) {
    this.widthPx = widthPx;
    this.heightPx = heightPx;
    const lumaBytes = widthPx * heightPx;
    this.bytes = new Uint8Array((lumaBytes * 3) / 2);
    this.luma = this.bytes.subarray(0, lumaBytes);
    this.chromaU = this.bytes.subarray(lumaBytes, (lumaBytes * 5) / 4);
    this.chromaV = this.bytes.subarray((lumaBytes * 5) / 4);
  }

  /** Fills whole pixels of luma; the parts that lie outside are left out. */
  fillLuma(leftPx: number, topPx: number, widthPx: number, heightPx: number, value: number): void {
    const left = Math.max(0, leftPx);
    const right = Math.min(this.widthPx, leftPx + widthPx);
    if (right <= left) return;
    const bottom = Math.min(this.heightPx, topPx + heightPx);
    for (let y = Math.max(0, topPx); y < bottom; y += 1) {
      this.luma.fill(value, y * this.widthPx + left, y * this.widthPx + right);
    }
  }

  /** Blends one luma value over the picture where the mask (0 to 255 a pixel) says so. */
  blendLuma(mask: AlphaMask, leftPx: number, topPx: number, value: number): void {
    const top = Math.max(0, -topPx);
    const bottom = Math.min(mask.heightPx, this.heightPx - topPx);
    const left = Math.max(0, -leftPx);
    const right = Math.min(mask.widthPx, this.widthPx - leftPx);
    for (let y = top; y < bottom; y += 1) {
      const row = (topPx + y) * this.widthPx + leftPx;
      for (let x = left; x < right; x += 1) {
        const alpha = mask.alpha[y * mask.widthPx + x] ?? 0;
        if (alpha === 0) continue;
        const under = this.luma[row + x] ?? 0;
        this.luma[row + x] = under + (((value - under) * alpha) >> 8);
      }
    }
  }
}

/** How much of each pixel a shape covers, 0 to 255. */
export interface AlphaMask {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly alpha: Uint8Array;
}

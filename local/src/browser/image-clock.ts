import type { Page } from 'playwright-core';
import { z } from 'zod';
import type { ClockReading } from '../clock-picture/clock-code.ts';
import { CLOCK_BAND_HEIGHT, readClockRgba } from '../clock-picture/clock-reader.ts';

const DrawnImage = z.object({
  widthPx: z.int().positive(),
  heightPx: z.int().positive(),
  bandHeightPx: z.int().positive(),
  pixels: z.array(z.int().min(0).max(255)),
});

/** An image as a browser shows it. */
export interface SeenImage {
  readonly widthPx: number;
  readonly heightPx: number;
  /** What the clock picture says in it; `undefined` where there is no clock, or it cannot be read. */
  readonly clock: ClockReading | undefined;
}

/** Lets a page fetch an image of its own site and decode it. */
export async function seeImage(page: Page, url: string): Promise<SeenImage> {
  const drawn = await page.evaluate(
    `(async () => {
      const answer = await fetch(${JSON.stringify(url)});
      if (!answer.ok) throw new Error('answered ' + answer.status);
      const bitmap = await createImageBitmap(await answer.blob());
      const bandHeightPx = Math.round(bitmap.height * ${CLOCK_BAND_HEIGHT});
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      canvas.drawImage(bitmap, 0, 0);
      const { data } = canvas.getImageData(0, 0, bitmap.width, bandHeightPx);
      return { widthPx: bitmap.width, heightPx: bitmap.height, bandHeightPx, pixels: [...data] };
    })()`,
  );
  const { widthPx, heightPx, bandHeightPx, pixels } = DrawnImage.parse(drawn);
  return { widthPx, heightPx, clock: readClockRgba({ widthPx, heightPx: bandHeightPx, pixels }) };
}

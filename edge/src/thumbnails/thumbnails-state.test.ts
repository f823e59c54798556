import { describe, expect, it } from 'vitest';
import { NO_THUMBNAILS, thumbnailsAfter } from './thumbnails-state.ts';

const sprite = { firstSlot: 0, tileCount: 25, tileWidthPx: 160, tileHeightPx: 90 };

describe('what is known of a broadcast’s images', () => {
  it('is the newest thumbnail, whatever is told later', () => {
    const known = [7, 9, 8].reduce(
      (state, newestSlot) => thumbnailsAfter(state, { newestSlot, sprites: [] }),
      NO_THUMBNAILS,
    );
    expect(known.newestSlot).toBe(9);
    expect(thumbnailsAfter(known, { sprites: [sprite] }).newestSlot).toBe(9);
  });

  it('has no newest thumbnail where only sprites were told', () => {
    const known = thumbnailsAfter(NO_THUMBNAILS, { sprites: [sprite] });
    expect([known.newestSlot, known.storyboards.runs.length]).toEqual([undefined, 1]);
  });
});

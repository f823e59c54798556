import type { Span } from './clip-selection.ts';
import type { StoryPicture } from './storyboard.ts';
import { PictureOf } from './tile.tsx';
import { shareOf } from './timeline-view.ts';

export const STRIP_HEIGHT_PX = 54;
const CELL_WIDTH_PX = 96;

interface StripProps {
  readonly viewed: Span;
  /** How far there are pictures. */
  readonly whole: Span;
  readonly widthPx: number;
  readonly pictureOf: (atMs: number) => StoryPicture | undefined;
}

/** Pictures beside each other, each of the moment that it stands above. They stay at their moments when time goes on. */
export function Strip({ viewed, whole, widthPx, pictureOf }: StripProps) {
  if (widthPx === 0) return null;
  const stepMs = ((viewed.toMs - viewed.fromMs) * CELL_WIDTH_PX) / widthPx;
  const cells: { readonly atMs: number; readonly picture: StoryPicture }[] = [];
  for (let atMs = Math.floor(viewed.fromMs / stepMs) * stepMs; atMs < viewed.toMs; atMs += stepMs) {
    const middleMs = Math.max(whole.fromMs, atMs + stepMs / 2);
    const picture = middleMs > whole.toMs ? undefined : pictureOf(middleMs);
    if (picture !== undefined) cells.push({ atMs, picture });
  }
  return (
    <div class="strip" aria-hidden="true">
      {cells.map(({ atMs, picture }) => (
        <span
          key={atMs}
          class="strip-cell"
          style={{ left: `${shareOf(atMs, viewed) * 100}%`, width: `${CELL_WIDTH_PX + 1}px` }}
        >
          <PictureOf picture={picture} heightPx={STRIP_HEIGHT_PX} />
        </span>
      ))}
    </div>
  );
}

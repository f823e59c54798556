import type { Span } from './clip-selection.ts';
import { Tile } from './story-picture.tsx';
import type { StoryTile } from './storyboard.ts';
import { tileAt } from './storyboard.ts';
import { shareOf } from './timeline-view.ts';

export const STRIP_HEIGHT_PX = 54;
const USUAL_WIDTH_PX = 96;

interface StripProps {
  readonly tiles: readonly StoryTile[];
  readonly startedAtMs: number;
  readonly viewed: Span;
  readonly widthPx: number;
}

/** Pictures beside each other, each of the moment that it stands above. They stay at their moments when time goes on. */
export function Strip({ tiles, startedAtMs, viewed, widthPx }: StripProps) {
  const [first] = tiles;
  const tileWidthPx = first === undefined ? USUAL_WIDTH_PX : (first.widthPx / first.heightPx) * STRIP_HEIGHT_PX;
  const stepMs = ((viewed.toMs - viewed.fromMs) * tileWidthPx) / Math.max(widthPx, tileWidthPx);
  const cells: { readonly atMs: number; readonly tile: StoryTile }[] = [];
  const lastMs = (tiles.at(-1)?.toMs ?? 0) + startedAtMs;
  for (let atMs = Math.floor(viewed.fromMs / stepMs) * stepMs; atMs < Math.min(viewed.toMs, lastMs); atMs += stepMs) {
    const tile = tileAt(tiles, atMs + stepMs / 2 - startedAtMs);
    if (tile !== undefined) cells.push({ atMs, tile });
  }
  return (
    <div class="strip" aria-hidden="true">
      {cells.map(({ atMs, tile }) => (
        <span
          key={atMs}
          class="strip-cell"
          style={{ left: `${shareOf(atMs, viewed) * 100}%`, width: `${tileWidthPx}px` }}
        >
          <Tile tile={tile} heightPx={STRIP_HEIGHT_PX} />
        </span>
      ))}
    </div>
  );
}

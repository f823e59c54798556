import type { StoryPicture, StoryTile } from './storyboard.ts';

/** The part of its image that a tile is, so high. */
function Tile({ tile, heightPx }: { readonly tile: StoryTile; readonly heightPx: number }) {
  return (
    <span
      class="tile"
      style={{
        width: `${tile.widthPx}px`,
        height: `${tile.heightPx}px`,
        backgroundImage: `url("${tile.imageUrl}")`,
        backgroundPosition: `-${tile.xPx}px -${tile.yPx}px`,
        transform: `scale(${heightPx / tile.heightPx})`,
      }}
    />
  );
}

/** A tile or a thumbnail, so high. */
export function PictureOf({ picture, heightPx }: { readonly picture: StoryPicture; readonly heightPx: number }) {
  if (picture.kind === 'tile') return <Tile tile={picture.tile} heightPx={heightPx} />;
  return (
    <img
      key={picture.url}
      src={picture.url}
      alt=""
      height={heightPx}
      draggable={false}
      onError={(event) => {
        event.currentTarget.hidden = true;
      }}
    />
  );
}

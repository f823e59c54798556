import { useRef } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { useResource } from '../resource/use-resource.ts';
import { useVisible } from '../shell/use-visible.ts';
import { type StoryPicture as Picture, type StoryTile, tileAt } from './storyboard.ts';
import { keptStoryboardKind } from './storyboard-resource.ts';

/** A tile as it is, or smaller: the part of its image. */
export function Tile({ tile, heightPx }: { readonly tile: StoryTile; readonly heightPx: number }) {
  const scale = heightPx / tile.heightPx;
  return (
    <span
      class="tile"
      style={{
        width: `${tile.widthPx}px`,
        height: `${tile.heightPx}px`,
        backgroundImage: `url("${tile.imageUrl}")`,
        backgroundPosition: `-${tile.xPx}px -${tile.yPx}px`,
        transform: `scale(${scale})`,
      }}
    />
  );
}

/** A tile or a thumbnail, so high. */
export function PictureOf({ picture, heightPx }: { readonly picture: Picture; readonly heightPx: number }) {
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

interface StoryPictureProps {
  /** Of the storyboard of something that was kept. */
  readonly address: string;
  readonly heightPx: number;
}

/** How a recording or a clip looks, out of its middle. It is asked for when it comes into view. */
export function StoryPicture(props: StoryPictureProps) {
  const box = useRef<HTMLDivElement>(null);
  const isVisible = useVisible(box).value;
  const hasBeenSeen = useRef(false);
  hasBeenSeen.current ||= isVisible;
  return (
    <div ref={box} class="story-picture" aria-hidden="true">
      {hasBeenSeen.current ? <LoadedPicture {...props} /> : <Icon name="play" />}
    </div>
  );
}

function LoadedPicture({ address, heightPx }: StoryPictureProps) {
  const tiles = useResource(keptStoryboardKind, address).value.value ?? [];
  const middleMs = ((tiles[0]?.fromMs ?? 0) + (tiles.at(-1)?.toMs ?? 0)) / 2;
  const tile = tileAt(tiles, middleMs);
  return tile === undefined ? <Icon name="play" /> : <Tile tile={tile} heightPx={heightPx} />;
}

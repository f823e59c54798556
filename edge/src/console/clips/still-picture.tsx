import { useRef } from 'preact/hooks';
import * as z from 'zod/mini';
import { readEdge } from '../api/edge-answer.ts';
import { Icon } from '../parts/icon.tsx';
import { ResourceKind } from '../resource/resource-kind.ts';
import { useResource } from '../resource/use-resource.ts';
import { useVisible } from '../shell/use-visible.ts';
import { thumbnailOfSlot, tileAt } from './storyboard.ts';
import { keptStoryboardKind } from './storyboard-resource.ts';
import { Tile } from './tile.tsx';

const HEIGHT_PX = 90;

/** Of contracts' RecordedAbout what it takes to find a picture. */
const About = z.object({
  channelId: z.string(),
  broadcastId: z.string(),
  startedAtMs: z.number(),
  fromMs: z.number(),
  startOffsetMs: z.number(),
  pictureSlot: z.nullable(z.number()),
});

/** Of a recording or a clip, by its address. It never changes. */
const aboutKind = new ResourceKind((address, signal) => readEdge(address, About, signal));

/** `prefix`: what stands before `/vod/…` or `/clip/…`; `undefined`: nothing can be asked for so far. */
type StillPictureProps = { readonly prefix: string | undefined } & Shown;
type Shown = { readonly recordingId: string } | { readonly clipId: string };

/** How a recording or a clip looks; what it is, where there is no picture of it. It is asked for when it comes into view. */
export function StillPicture({ prefix, ...shown }: StillPictureProps) {
  const box = useRef<HTMLDivElement>(null);
  const isVisible = useVisible(box).value;
  const hasBeenSeen = useRef(false);
  hasBeenSeen.current ||= isVisible;
  return (
    <div ref={box} class="still-picture" aria-hidden="true">
      {hasBeenSeen.current && prefix !== undefined ? <Picture prefix={prefix} {...shown} /> : <Icon name="play" />}
    </div>
  );
}

function Picture({ prefix, ...kept }: { readonly prefix: string } & Shown) {
  const address = 'clipId' in kept ? `${prefix}/clip/${kept.clipId}` : `${prefix}/vod/${kept.recordingId}`;
  const about = useResource(aboutKind, `${address}/about.json`).value.value;
  if (about === undefined) return <Icon name="play" />;
  const { channelId, broadcastId, pictureSlot } = about;
  if (pictureSlot === null) return <OfStoryboard prefix={prefix} about={about} />;
  return <img src={thumbnailOfSlot(`${prefix}/live/${channelId}/${broadcastId}`, pictureSlot)} alt="" />;
}

/** Out of the recording, where that was made before its pictures were kept. */
function OfStoryboard({ prefix, about }: { readonly prefix: string; readonly about: z.infer<typeof About> }) {
  const { broadcastId, fromMs, startOffsetMs, startedAtMs } = about;
  const tiles = useResource(keptStoryboardKind, `${prefix}/vod/${broadcastId}/storyboard.vtt`).value.value ?? [];
  const tile = tileAt(tiles, fromMs + startOffsetMs - startedAtMs);
  return tile === undefined ? <Icon name="play" /> : <Tile tile={tile} heightPx={HEIGHT_PX} />;
}

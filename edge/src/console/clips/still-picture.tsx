import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import * as z from 'zod/mini';
import { readEdge } from '../api/edge-answer.ts';
import { Icon } from '../parts/icon.tsx';
import { ResourceKind } from '../resource/resource-kind.ts';
import { useResource } from '../resource/use-resource.ts';
import { useVisible } from '../shell/use-visible.ts';
import { thumbnailAddress, tileAt } from './storyboard.ts';
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
});

/** Of a clip, by its address. It never changes. */
const aboutKind = new ResourceKind((address, signal) => readEdge(address, About, signal));

/** `prefix`: what stands before `/vod/…` or `/clip/…`; `undefined`: nothing can be asked for so far. */
type StillPictureProps = { readonly prefix: string | undefined } & Shown;
type Shown = { readonly recordingId: string; readonly atMs: number } | { readonly clipId: string };

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

function Picture({ prefix, ...shown }: { readonly prefix: string } & Shown) {
  return 'clipId' in shown ? <OfClip prefix={prefix} {...shown} /> : <OfRecording prefix={prefix} {...shown} />;
}

/** The picture of a time after the broadcast's start: of a recording the storyboard stays, and its thumbnails go. */
function OfRecording({
  prefix,
  recordingId,
  atMs,
}: {
  readonly prefix: string;
  readonly recordingId: string;
  readonly atMs: number;
}) {
  const tiles = useResource(keptStoryboardKind, `${prefix}/vod/${recordingId}/storyboard.vtt`).value.value ?? [];
  const tile = tileAt(tiles, atMs);
  return tile === undefined ? <Icon name="play" /> : <Tile tile={tile} heightPx={HEIGHT_PX} />;
}

/** Its first picture: a thumbnail while its broadcast is live, and then out of the recording. */
function OfClip({ prefix, clipId }: { readonly prefix: string; readonly clipId: string }) {
  const about = useResource(aboutKind, `${prefix}/clip/${clipId}/about.json`).value.value;
  const isThumbnailGone = useSignal(false);
  if (about === undefined) return <Icon name="play" />;
  const { channelId, broadcastId, fromMs, startOffsetMs, startedAtMs } = about;
  const atMs = fromMs + startOffsetMs - startedAtMs;
  if (isThumbnailGone.value) return <OfRecording prefix={prefix} recordingId={broadcastId} atMs={atMs} />;
  return (
    <img
      src={thumbnailAddress(`${prefix}/live/${channelId}/${broadcastId}`, atMs)}
      alt=""
      onError={() => {
        isThumbnailGone.value = true;
      }}
    />
  );
}

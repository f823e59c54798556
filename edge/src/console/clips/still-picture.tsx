import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import * as z from 'zod/mini';
import { readEdge } from '../api/edge-answer.ts';
import { Icon } from '../parts/icon.tsx';
import { ResourceKind } from '../resource/resource-kind.ts';
import { useResource } from '../resource/use-resource.ts';
import { useVisible } from '../shell/use-visible.ts';
import { thumbnailAddress } from './storyboard.ts';

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

/** How something looks that was kept; where its picture is not there, what it is. */
export function StillPicture({ url }: { readonly url: string | undefined }) {
  const hasFailed = useSignal(false);
  return (
    <div class="still-picture" aria-hidden="true">
      {url === undefined || hasFailed.value ? (
        <Icon name="play" />
      ) : (
        <img
          src={url}
          alt=""
          loading="lazy"
          onError={() => {
            hasFailed.value = true;
          }}
        />
      )}
    </div>
  );
}

interface ClipPictureProps {
  readonly clipId: string;
  /** Before `/clip/…`. */
  readonly prefix: string;
}

/** The first picture of a clip. It is asked for when it comes into view. */
export function ClipPicture(props: ClipPictureProps) {
  const box = useRef<HTMLDivElement>(null);
  const isVisible = useVisible(box).value;
  const hasBeenSeen = useRef(false);
  hasBeenSeen.current ||= isVisible;
  return <div ref={box}>{hasBeenSeen.current ? <SeenPicture {...props} /> : <StillPicture url={undefined} />}</div>;
}

function SeenPicture({ clipId, prefix }: ClipPictureProps) {
  const about = useResource(aboutKind, `${prefix}/clip/${clipId}/about.json`).value.value;
  if (about === undefined) return <StillPicture url={undefined} />;
  const { channelId, broadcastId, fromMs, startOffsetMs, startedAtMs } = about;
  const base = `${prefix}/live/${channelId}/${broadcastId}`;
  return <StillPicture key={clipId} url={thumbnailAddress(base, fromMs + startOffsetMs - startedAtMs)} />;
}

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { pageLife } from '../resource/page-life.ts';
import { Resource } from '../resource/resource.ts';
import { playbackPrefix } from '../session/playback-access.ts';

/** A new one is made every five seconds (contracts: THUMBNAIL_SLOT_MS). */
const EVERY_MS = 5_000;

interface LiveThumbnailProps {
  readonly channelId: string;
  readonly isPrivate: boolean;
  /** Only then new ones are asked for. */
  readonly isVisible: boolean;
}

/** How a live channel looks right now. The next picture takes the place of the last one when it is decoded: no flicker. */
export function LiveThumbnail({ channelId, isPrivate, isVisible }: LiveThumbnailProps) {
  const shown = useSignal<string | undefined>(undefined);
  useEffect(() => {
    if (!isVisible) return undefined;
    const pictures = new Resource(
      {
        load: () => loadPicture(channelId, isPrivate),
        everyMs: EVERY_MS,
        onValue: (url) => {
          shown.value = url;
        },
      },
      pageLife,
    );
    pictures.start();
    return () => pictures.stop();
  }, [channelId, isPrivate, isVisible, shown]);
  if (shown.value === undefined) {
    return (
      <div class="thumbnail-none" aria-hidden="true">
        <Icon name="broadcast" />
      </div>
    );
  }
  // What it shows nobody knows but who sees it; the card's words say the rest.
  return <img src={shown.value} alt="" draggable={false} />;
}

/** The address of a picture that the browser has decoded. Rejects where there is none yet. */
async function loadPicture(channelId: string, isPrivate: boolean): Promise<string> {
  const prefix = await playbackPrefix(channelId, isPrivate);
  // A browser does not ask twice for a picture of one address.
  const url = `${prefix}/live/${channelId}/thumbnail?at=${Math.floor(Date.now() / EVERY_MS)}`;
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  return url;
}

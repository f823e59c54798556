import { useSignal } from '@preact/signals';
import { CopyField } from '../parts/copy-field.tsx';
import { elementCode, frameCode, type Shared, shareLinks } from '../share/embed-code.ts';
import { PrivateLink } from '../share/private-link.tsx';
import type { ChannelTabProps } from './channel-screen.tsx';

/** How others come to see the channel: links, and what to put into a page. */
export function ShareTab({ channelId, read }: ChannelTabProps) {
  const { isPrivate } = read.channel;
  const token = useSignal<string | undefined>(undefined);
  const shared = { edgeUrl: location.origin, channelId, token: isPrivate ? token.value : undefined };
  return (
    <div class="share">
      {isPrivate && (
        <section class="card" aria-labelledby="private-heading">
          <h2 id="private-heading">A link to a private channel</h2>
          <PrivateLink
            channelId={channelId}
            onMade={(made) => {
              token.value = made.token;
            }}
          />
        </section>
      )}
      {(!isPrivate || token.value !== undefined) && <Addresses shared={shared} isSecret={isPrivate} />}
    </div>
  );
}

function Addresses({ shared, isSecret }: { readonly shared: Shared; readonly isSecret: boolean }) {
  const { watch, hls, dash } = shareLinks(shared);
  return (
    <>
      <section class="card stack" aria-labelledby="links-heading">
        <h2 id="links-heading">Links</h2>
        <CopyField label="Watch page" value={watch} hint="For people: a page with the player." />
        <CopyField label="HLS playlist" value={hls} hint="For players of your own, Apple’s, VLC and others." />
        <CopyField label="DASH manifest" value={dash} hint="For Shaka Player, dash.js, ExoPlayer." />
      </section>
      <section class="card stack" aria-labelledby="embed-heading">
        <h2 id="embed-heading">In a page of yours</h2>
        <CopyField
          label="As a frame"
          value={frameCode(shared)}
          isLong
          hint="It works in any page, and in most editors."
        />
        <CopyField
          label="As an element"
          value={elementCode(shared)}
          isLong
          hint="The player itself: your page can ask it how it is, and give it a place of its own."
        />
        {isSecret && (
          <p class="hint">The token is in them, and is over some time: a site makes one for each viewer, by the API.</p>
        )}
      </section>
    </>
  );
}

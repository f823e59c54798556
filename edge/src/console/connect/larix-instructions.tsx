import { useSignal } from '@preact/signals';
import { Button } from '../parts/button.tsx';
import { CopyField } from '../parts/copy-field.tsx';
import { Note } from '../parts/note.tsx';
import type { EncoderProps } from './instructions.tsx';
import { larixConnection, larixGroveLink } from './larix.ts';
import { isOfThisMachine, wholeUrl } from './push-address.ts';
import { QrCode } from './qr-code.tsx';

/** Larix Broadcaster, an encoder for phones: scanned, opened as a link, or typed. */
export function LarixInstructions({ channelId, address, isKeyKnown }: EncoderProps) {
  const { name, url, streamId } = larixConnection(channelId, address);
  return (
    <div class="stack-small">
      {isOfThisMachine(address.serverUrl) && (
        <Note tone="warn">
          {/* The address that a phone would look for is its own. */}
          This address is only of this very computer: a phone cannot reach it.
        </Note>
      )}
      {isKeyKnown ? (
        <ScannedSetup channelId={channelId} address={address} />
      ) : (
        <p class="dim">Make a key above to get a code for the phone’s camera.</p>
      )}
      <p class="dim">Or by hand, in Larix under Settings › Connections › New connection:</p>
      <CopyField label="Name" value={name} />
      <CopyField label="URL" value={url} isSecret={isKeyKnown && streamId === undefined} />
      {streamId !== undefined && <CopyField label="streamid" value={streamId} isSecret={isKeyKnown} />}
    </div>
  );
}

function ScannedSetup({ channelId, address }: Pick<EncoderProps, 'channelId' | 'address'>) {
  const isShown = useSignal(false);
  const link = larixGroveLink(channelId, address);
  if (!isShown.value) {
    return (
      <div class="qr-door">
        <p>The codes have your stream key in them. Show them when nobody looks over your shoulder.</p>
        <Button
          icon="show"
          onClick={() => {
            isShown.value = true;
          }}
        >
          Show QR codes
        </Button>
      </div>
    );
  }
  return (
    <div class="qr-codes">
      <figure>
        <QrCode text={link} label={`QR code that sets Larix up for ${channelId}. It has the stream key in it.`} />
        <figcaption>
          <strong>Set up Larix.</strong> Scan it with the phone’s camera, or <a href={link}>open it on this phone</a>.
        </figcaption>
      </figure>
      <figure>
        <QrCode
          text={wholeUrl(address)}
          label={`QR code of the address to push ${channelId} to, with the stream key.`}
        />
        <figcaption>
          <strong>The address alone,</strong> for other encoders.
        </figcaption>
      </figure>
    </div>
  );
}

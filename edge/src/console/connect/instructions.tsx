import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { IngestAddress } from '../api/setup.ts';
import { CopyField } from '../parts/copy-field.tsx';
import { Note } from '../parts/note.tsx';
import { Segments } from '../parts/segments.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { ffmpegCommand } from './ffmpeg.ts';
import { LarixInstructions } from './larix-instructions.tsx';
import { ObsInstructions } from './obs-instructions.tsx';
import {
  firstProtocol,
  isOfThisMachine,
  PASSPHRASE_PLACE,
  type PushAddress,
  type PushProtocol,
  serverUrlOf,
  wholeUrl,
} from './push-address.ts';

/** What stands where a key belongs that is not known here. */
const KEY_PLACE = 'YOUR-STREAM-KEY';

const PROTOCOL_CHOICES: readonly { readonly value: PushProtocol; readonly name: string }[] = [
  { value: 'rtmps', name: 'RTMPS' },
  { value: 'rtmp', name: 'RTMP' },
  { value: 'srt', name: 'SRT' },
];

interface InstructionsProps {
  readonly channelId: string;
  /** At least one. */
  readonly ingest: readonly [IngestAddress, ...IngestAddress[]];
  /** `undefined`: it is not known on this page. Secret. */
  readonly streamKey: string | undefined;
  readonly hasSrtPassphrase: boolean;
}

/** Exactly what to type, for each encoder and each way of sending. */
export function Instructions({ channelId, ingest, streamKey, hasSrtPassphrase }: InstructionsProps) {
  const region = useSignal(0);
  const chosen = ingest[region.value] ?? ingest[0];
  const protocol = useSignal<PushProtocol>(firstProtocol(ingest[0]));
  const address: PushAddress = {
    protocol: protocol.value,
    serverUrl: serverUrlOf(chosen, protocol.value),
    streamKey: streamKey ?? KEY_PLACE,
    wantsPassphrase: hasSrtPassphrase,
  };
  const shown = { channelId, address, isKeyKnown: streamKey !== undefined };
  return (
    <section class="card stack-small" aria-labelledby="type-title">
      <h2 id="type-title">What to type</h2>
      <div class="push-choices">
        <Segments
          label="Send over"
          choices={PROTOCOL_CHOICES}
          value={protocol.value}
          onValue={(value) => {
            protocol.value = value;
          }}
        />
        {ingest.length > 1 && (
          <RegionChoice
            ingest={ingest}
            chosen={region.value}
            onChoose={(index) => {
              region.value = index;
            }}
          />
        )}
      </div>
      <ProtocolNotes ingest={chosen} address={address} />
      <Tabs
        label="Encoder"
        tabs={[
          { key: 'obs', name: 'OBS Studio', panel: () => <ObsInstructions {...shown} /> },
          { key: 'ffmpeg', name: 'ffmpeg', panel: () => <FfmpegInstructions {...shown} /> },
          { key: 'larix', name: 'Phone (Larix)', panel: () => <LarixInstructions {...shown} /> },
          { key: 'other', name: 'Other', panel: () => <OtherInstructions {...shown} /> },
        ]}
      />
    </section>
  );
}

/** What the instructions for each encoder are made of. */
export interface EncoderProps {
  readonly channelId: string;
  readonly address: PushAddress;
  /** Else a place is held for it. */
  readonly isKeyKnown: boolean;
}

function FfmpegInstructions({ address, isKeyKnown }: EncoderProps) {
  return (
    <div class="stack-small">
      <p class="dim">
        Sends a file as fast as it plays. The key is in the command: a shell may keep it in its history.
      </p>
      <CopyField label="Command" value={ffmpegCommand(address)} isSecret={isKeyKnown} />
    </div>
  );
}

function OtherInstructions({ address, isKeyKnown }: EncoderProps) {
  const { protocol, serverUrl, streamKey } = address;
  return (
    <div class="stack-small">
      <p class="dim">H.264 and AAC, a keyframe every 2 seconds, a constant bitrate. Encoders ask for one of these:</p>
      <CopyField label={protocol === 'srt' ? 'Address' : 'Server'} value={serverUrl} />
      <CopyField label={protocol === 'srt' ? 'Stream ID' : 'Stream key'} value={streamKey} isSecret={isKeyKnown} />
      <CopyField label="Or all in one address" value={wholeUrl(address)} isSecret={isKeyKnown} />
      {protocol === 'srt' && <p class="hint">Mode: caller. Container: MPEG-TS.</p>}
    </div>
  );
}

function ProtocolNotes({ ingest, address }: { readonly ingest: IngestAddress; readonly address: PushAddress }) {
  const { protocol, wantsPassphrase } = address;
  if (protocol === 'rtmps' && ingest.isSelfSigned) {
    return (
      <Note tone="warn">
        The certificate is of this server’s own making, and most encoders refuse such. On your own machine RTMP is just
        as safe.
      </Note>
    );
  }
  if (protocol === 'srt' && wantsPassphrase) {
    return (
      <Note>
        SRT of this channel is encrypted: put its passphrase where <code>{PASSPHRASE_PLACE}</code> stands.
      </Note>
    );
  }
  const isLocal = protocol === 'rtmp' && isOfThisMachine(address.serverUrl);
  return (
    <p class="hint">{isLocal ? 'Nothing leaves this machine: it needs no encryption.' : PROTOCOL_HINTS[protocol]}</p>
  );
}

const PROTOCOL_HINTS: Readonly<Record<PushProtocol, string>> = {
  rtmps: 'Encrypted, and every encoder can do it.',
  rtmp: 'Not encrypted: whoever is on the line can read the key.',
  srt: 'For lines that lose packets, as of phones: what is lost is sent again.',
};

interface RegionChoiceProps {
  readonly ingest: readonly IngestAddress[];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}

function RegionChoice({ ingest, chosen, onChoose }: RegionChoiceProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>Region</label>
      <div class="input">
        <select id={id} value={chosen} onChange={(event) => onChoose(Number(event.currentTarget.value))}>
          {ingest.map(({ region }, index) => (
            <option key={region} value={index}>
              {region ?? 'The nearest'}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

import { useChannelLife } from '../connect/channel-status.ts';
import { Instructions } from '../connect/instructions.tsx';
import { KeyPanel } from '../connect/key-panel.tsx';
import { madeKey } from '../connect/made-keys.ts';
import { useRegionWaking } from '../connect/region-waking.ts';
import { WaitingPanel } from '../connect/waiting-panel.tsx';
import { Note } from '../parts/note.tsx';
import { session } from '../session/session.ts';
import type { ChannelTabProps } from './channel-screen.tsx';

/** What to type into an encoder, and whether it has arrived. */
export function ConnectTab({ channelId, read }: ChannelTabProps) {
  const { isPrivate, isDisabled, hasSrtPassphrase } = read.channel;
  const life = useChannelLife(channelId, isPrivate).value;
  const isWaking = useRegionWaking().value && life === 'offline';
  const state = session.value;
  const ingest = state.kind === 'signed-in' ? state.setup.ingest : [];
  const [first, ...others] = ingest;
  return (
    <div class="connect">
      <div class="stack">
        {isWaking && (
          <Note>The ingest nodes slept, and are waking up. In a minute or two your encoder can connect.</Note>
        )}
        <KeyPanel channelId={channelId} />
        {first === undefined ? (
          <Note tone="warn">
            The edge was not told where its ingest nodes are (INGEST_ADDRESSES), so there is no address to show here.
            Whoever runs it knows them.
          </Note>
        ) : (
          <Instructions
            channelId={channelId}
            ingest={[first, ...others]}
            streamKey={madeKey(channelId)?.streamKey}
            hasSrtPassphrase={hasSrtPassphrase}
          />
        )}
      </div>
      <WaitingPanel channelId={channelId} isPrivate={isPrivate} isDisabled={isDisabled} life={life} ingest={first} />
    </div>
  );
}

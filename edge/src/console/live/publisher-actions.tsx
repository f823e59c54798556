import { useSignal } from '@preact/signals';
import type { BroadcastDetails } from '../api/broadcast-details.ts';
import { Button } from '../parts/button.tsx';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { api } from '../session/session.ts';

/** Within this its ingest node hears of it (functions: kick, end). */
const HEARD_S = 5;
/** Encoders connect again by themselves: so long they are kept out when a broadcast is ended. */
const KEEP_OUT_S = 60;

interface PublisherActionsProps {
  readonly channelId: string;
  /** That is live. */
  readonly broadcast: BroadcastDetails;
  readonly onDone: () => void;
}

/** What can be done to whoever publishes. Each is asked about once more. */
export function PublisherActions({ channelId, broadcast, onDone }: PublisherActionsProps) {
  const asked = useSignal<'kick' | 'end' | undefined>(undefined);
  const close = () => {
    asked.value = undefined;
  };
  return (
    <>
      <Button
        onClick={() => {
          asked.value = 'kick';
        }}
      >
        Kick publisher
      </Button>
      <Button
        look="danger"
        onClick={() => {
          asked.value = 'end';
        }}
      >
        End broadcast
      </Button>
      {asked.value === 'kick' && <KickDialog channelId={channelId} onClose={close} onDone={onDone} />}
      {asked.value === 'end' && <EndDialog broadcastId={broadcast.broadcastId} onClose={close} onDone={onDone} />}
    </>
  );
}

interface AskedProps {
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function KickDialog({ channelId, onClose, onDone }: AskedProps & { readonly channelId: string }) {
  const kick = async () => {
    await api.command(`/channels/${channelId}/kick`);
    onDone();
  };
  return (
    <ConfirmDialog
      heading="Kick the publisher?"
      verb="Kick"
      done={`The publisher is sent away within ${HEARD_S} seconds.`}
      act={kick}
      onClose={onClose}
    >
      Its connection is cut within {HEARD_S} seconds. An encoder that connects again by itself goes on in the same
      broadcast: to keep it out, rotate its key.
    </ConfirmDialog>
  );
}

function EndDialog({ broadcastId, onClose, onDone }: AskedProps & { readonly broadcastId: string }) {
  const end = async () => {
    await api.command(`/broadcasts/${broadcastId}/end`, { body: { keepOutS: KEEP_OUT_S } });
    onDone();
  };
  return (
    <ConfirmDialog
      heading="End this broadcast?"
      verb="End it"
      done={`The broadcast ends within ${HEARD_S} seconds.`}
      act={end}
      onClose={onClose}
    >
      Viewers see the end within {HEARD_S} seconds, and what was recorded becomes a recording. Nobody can publish to the
      channel for the next {KEEP_OUT_S} seconds.
    </ConfirmDialog>
  );
}

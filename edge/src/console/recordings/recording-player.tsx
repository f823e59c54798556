import { useEffect, useRef } from 'preact/hooks';
import type { BroadcastDetails } from '../api/broadcast-details.ts';
import { formatMoment } from '../format/times.ts';
import { PlayerStage } from '../live/player-stage.tsx';
import { Button } from '../parts/button.tsx';

interface RecordingPlayerProps {
  readonly broadcast: BroadcastDetails;
  /** Of a private one. Secret. */
  readonly playbackToken: string | undefined;
  readonly onClose: () => void;
}

/** One recording, played above the list. The focus comes here. */
export function RecordingPlayer({ broadcast, playbackToken, onClose }: RecordingPlayerProps) {
  const { broadcastId, startedAtMs } = broadcast;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    heading.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <section class="recording-player" aria-labelledby="recording-heading">
      <div class="recording-player-head">
        <h2 id="recording-heading" ref={heading} tabIndex={-1}>
          Recording of {formatMoment(startedAtMs)}
        </h2>
        <Button look="quiet" icon="close" onClick={onClose}>
          Close
        </Button>
      </div>
      <PlayerStage played={{ recording: broadcastId }} playbackToken={playbackToken} />
    </section>
  );
}

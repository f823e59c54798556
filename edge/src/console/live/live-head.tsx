import { useComputed } from '@preact/signals';
import type { BroadcastDetails } from '../api/broadcast-details.ts';
import type { Channel } from '../api/channel.ts';
import type { SourceFigures } from '../api/ingest-event.ts';
import { formatNumbered } from '../format/numbers.ts';
import { formatAgo, formatDuration, machineTime } from '../format/times.ts';
import { Badge } from '../parts/badge.tsx';
import { ButtonLink } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy-field.tsx';
import { Icon } from '../parts/icon.tsx';
import { channelPath } from '../route.ts';
import { now } from '../shell/now.ts';
import { PublisherActions } from './publisher-actions.tsx';
import { sourceSentence } from './source-words.ts';

interface LiveHeadProps {
  readonly channel: Channel;
  readonly broadcast: BroadcastDetails | null;
  /** As the edge counts; `undefined`: it has not said. */
  readonly viewers: number | undefined;
  readonly figures: SourceFigures | undefined;
  readonly onChange: () => void;
}

/** How the channel is in one line, and what can be done about it. */
export function LiveHead({ channel, broadcast, viewers, figures, onChange }: LiveHeadProps) {
  const { channelId, isPrivate, isDisabled } = channel;
  const isLive = broadcast?.state === 'live';
  const watchUrl = `${location.origin}/watch/${channelId}`;
  return (
    <div class="live-head">
      <div class="live-state">
        {isLive ? (
          <LiveFacts broadcast={broadcast} viewers={viewers} figures={figures} />
        ) : (
          <OfflineFacts broadcast={broadcast} isDisabled={isDisabled} />
        )}
      </div>
      <div class="live-actions">
        {isPrivate ? (
          <ButtonLink icon="link" href={channelPath(channelId, 'share')}>
            Make a watch link
          </ButtonLink>
        ) : (
          <>
            <a class="button plain" href={watchUrl} target="_blank" rel="noreferrer">
              <Icon name="play" />
              <span>Watch page</span>
            </a>
            <span class="copy-alone">
              <CopyButton label="watch link" value={watchUrl} />
            </span>
          </>
        )}
        <ButtonLink icon="keys" href={channelPath(channelId, 'connect')}>
          {isLive ? 'Replace key' : 'Connect'}
        </ButtonLink>
        {isLive && <PublisherActions channelId={channelId} broadcast={broadcast} onDone={onChange} />}
      </div>
    </div>
  );
}

function LiveFacts({
  broadcast,
  viewers,
  figures,
}: {
  readonly broadcast: BroadcastDetails;
  readonly viewers: number | undefined;
  readonly figures: SourceFigures | undefined;
}) {
  const { startedAtMs, absentSinceMs, profile, isPrivate, isRecorded } = broadcast;
  const duration = useComputed(() => formatDuration(now.value - startedAtMs));
  const watching = viewers ?? broadcast.viewers;
  return (
    <>
      <Badge tone={absentSinceMs === null ? 'live' : 'warning'}>{absentSinceMs === null ? 'Live' : 'No signal'}</Badge>
      <span class="live-figure numbers">
        <span class="visually-hidden">Live for </span>
        <time dateTime={machineTime(startedAtMs)} title={`Since ${new Date(startedAtMs).toLocaleTimeString('en-GB')}`}>
          {duration}
        </time>
      </span>
      <span class="live-figure numbers" data-figure="viewers">
        <Icon name="people" />
        {formatNumbered(watching, 'viewer')}
      </span>
      <span class="live-words">
        {[
          `${profile} latency`,
          ...(figures === undefined ? [] : [sourceSentence(figures)]),
          ...(isRecorded ? ['recorded'] : []),
          ...(isPrivate ? ['private'] : []),
        ].join(' · ')}
      </span>
    </>
  );
}

function OfflineFacts({
  broadcast,
  isDisabled,
}: {
  readonly broadcast: BroadcastDetails | null;
  readonly isDisabled: boolean;
}) {
  const endedAtMs = broadcast?.endedAtMs;
  return (
    <>
      <Badge>{isDisabled ? 'Disabled' : 'Offline'}</Badge>
      <span class="live-words">
        {endedAtMs == null ? (
          'It has never been live.'
        ) : (
          <>
            {'It was live until '}
            <time dateTime={machineTime(endedAtMs)}>{formatAgo(endedAtMs, now.value)}</time>
            {`, for ${formatDuration(endedAtMs - (broadcast?.startedAtMs ?? endedAtMs))}.`}
          </>
        )}
      </span>
    </>
  );
}

import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Broadcast } from '../api/broadcast.ts';
import { formatNumbered, formatShortCount } from '../format/numbers.ts';
import { formatDuration } from '../format/times.ts';
import { Badge } from '../parts/badge.tsx';
import { Icon } from '../parts/icon.tsx';
import { channelPath } from '../route.ts';
import { now } from '../shell/now.ts';
import { useVisible } from '../shell/use-visible.ts';
import { healthGlance } from './health-glance.ts';
import { LATENCY_WORDS } from './latency-words.ts';
import { LiveThumbnail } from './live-thumbnail.tsx';
import { PrivateMark } from './private-mark.tsx';
import { useViewersNow } from './viewers-now.ts';

/** One live channel in the grid: how it looks, who watches, and whether all is well. */
export function ChannelCard({ broadcast }: { readonly broadcast: Broadcast }) {
  const element = useRef<HTMLLIElement>(null);
  const isVisible = useVisible(element).value;
  const { channelId, isPrivate, profile } = broadcast;
  return (
    <li ref={element} class="channel-card">
      <div class="thumbnail">
        <LiveThumbnail channelId={channelId} isPrivate={isPrivate} isVisible={isVisible} />
        <Overlay broadcast={broadcast} isVisible={isVisible} />
      </div>
      <div class="card-text">
        <h3>
          <a class="whole-link" href={channelPath(channelId)}>
            {channelId}
          </a>
          {isPrivate && <PrivateMark />}
        </h3>
        <span class="card-profile">
          <span class="visually-hidden">Latency: </span>
          {LATENCY_WORDS[profile].name}
        </span>
        <HealthLines broadcast={broadcast} />
      </div>
    </li>
  );
}

function Overlay({ broadcast, isVisible }: { readonly broadcast: Broadcast; readonly isVisible: boolean }) {
  const { channelId, isPrivate, startedAtMs } = broadcast;
  const viewers = useViewersNow({ channelId, isPrivate, isVisible }) ?? broadcast.viewers;
  const duration = useComputed(() => formatDuration(now.value - startedAtMs));
  return (
    <div class="thumbnail-top">
      <Badge tone="live">Live</Badge>
      <span class="overlay numbers">
        <span class="visually-hidden">for </span>
        {duration}
      </span>
      <span class="overlay numbers viewers">
        <Icon name="people" />
        <span aria-hidden="true">{formatShortCount(viewers)}</span>
        <span class="visually-hidden">{formatNumbered(viewers, 'viewer')}</span>
      </span>
    </div>
  );
}

function HealthLines({ broadcast }: { readonly broadcast: Broadcast }) {
  const { kind, figures, trouble } = healthGlance(broadcast, Date.now());
  return (
    <div class="card-health">
      {kind !== 'absent' && (
        <p class={kind === 'good' ? 'good' : ''}>
          {kind === 'good' && <Icon name="good" />}
          <span class="numbers">{figures ?? 'Its figures come in some seconds'}</span>
        </p>
      )}
      {trouble !== undefined && (
        <p class="trouble">
          <Icon name="warning" />
          <span>{trouble}</span>
        </p>
      )}
    </div>
  );
}

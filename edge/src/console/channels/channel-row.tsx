import { formatAgo, machineTime } from '../format/times.ts';
import { Badge } from '../parts/badge.tsx';
import { channelPath } from '../route.ts';
import type { ChannelCardFacts } from './channel-cards.ts';
import { LATENCY_WORDS } from './latency-words.ts';
import { PrivateMark } from './private-mark.tsx';

/** One channel that is not live. */
export function ChannelRow({ card }: { readonly card: ChannelCardFacts }) {
  const { channelId, isPrivate, isDisabled, profile, lastLiveAtMs } = card;
  return (
    <li class="channel-row">
      <h3>
        <a class="whole-link" href={channelPath(channelId)}>
          {channelId}
        </a>
        {isPrivate && <PrivateMark />}
        {isDisabled && <Badge tone="warning">Disabled</Badge>}
      </h3>
      <p>
        {lastLiveAtMs === undefined ? (
          `${LATENCY_WORDS[profile].name} latency`
        ) : (
          <>
            Last live <time dateTime={machineTime(lastLiveAtMs)}>{formatAgo(lastLiveAtMs, Date.now())}</time>
          </>
        )}
      </p>
      {!isDisabled && (
        <a class="row-connect" href={channelPath(channelId, 'connect')} aria-label={`Connect ${channelId}`}>
          Connect
        </a>
      )}
    </li>
  );
}

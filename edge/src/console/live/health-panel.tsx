import { useEffect, useRef } from 'preact/hooks';
import type { BroadcastWarning } from '../api/broadcast.ts';
import type { BroadcastDetails } from '../api/broadcast-details.ts';
import type { SourceFigures } from '../api/ingest-event.ts';
import { formatAgo, formatDuration } from '../format/times.ts';
import { announce } from '../parts/announcer.tsx';
import { Icon } from '../parts/icon.tsx';
import { now } from '../shell/now.ts';
import { type BroadcastHealth, healthOf } from './health.ts';

/** Some seconds are read as "just now". */
const TICK_MS = 5_000;

interface HealthPanelProps {
  readonly broadcast: BroadcastDetails;
  readonly figures: SourceFigures | undefined;
}

/** Whether all is well with what is pushed, and if not, what to change. */
export function HealthPanel({ broadcast, figures }: HealthPanelProps) {
  const nowMs = Math.floor(now.value / TICK_MS) * TICK_MS;
  const health = healthOf(broadcast, figures?.atMs, nowMs);
  useSaid(health.kind);
  return (
    <section class={`panel health ${health.kind}`} aria-labelledby="health-heading">
      <h2 id="health-heading">Health</h2>
      <Verdict health={health} broadcast={broadcast} nowMs={nowMs} />
      {health.present.length > 0 && (
        <ul class="warnings">
          {health.present.map((warning) => (
            <Warning key={warning.code} warning={warning} nowMs={nowMs} isPresent />
          ))}
        </ul>
      )}
      {health.past.length > 0 && (
        <details class="fold">
          <summary>
            <Icon name="forward" />
            Earlier in this broadcast ({health.past.length})
          </summary>
          <ul class="warnings">
            {health.past.map((warning) => (
              <Warning key={warning.code} warning={warning} nowMs={nowMs} />
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Verdict({
  health,
  broadcast,
  nowMs,
}: {
  readonly health: BroadcastHealth;
  readonly broadcast: BroadcastDetails;
  readonly nowMs: number;
}) {
  const { absentSinceMs } = broadcast;
  const isGood = health.kind === 'good';
  return (
    <p class="verdict">
      <Icon name={isGood ? 'good' : health.kind === 'unknown' ? 'stats' : 'warning'} />
      <span>
        {verdictOf(health)}
        {absentSinceMs !== null && ` Away for ${formatDuration(nowMs - absentSinceMs)}.`}
      </span>
    </p>
  );
}

function verdictOf({ kind, present }: BroadcastHealth): string {
  switch (kind) {
    case 'good':
      return 'All good.';
    case 'absent':
      return 'Nothing comes from the encoder: viewers see a slate. Check the encoder and its network. It goes on in the same broadcast when it is back within the channel’s reconnect window.';
    case 'silent':
      return 'The ingest node has not told anything for a while. Viewers may still see the picture.';
    case 'unknown':
      return 'The first figures come within ten seconds.';
    case 'warning':
      return present.length === 1 ? 'One thing to change:' : `${present.length} things to change:`;
  }
}

function Warning({
  warning,
  nowMs,
  isPresent = false,
}: {
  readonly warning: BroadcastWarning;
  readonly nowMs: number;
  readonly isPresent?: boolean;
}) {
  const { code, sentence, count, lastAtMs } = warning;
  return (
    <li class={`warning ${isPresent ? 'present' : ''}`}>
      <p>{sentence}</p>
      <p class="warning-when">
        <code>{code}</code> · {count === 1 ? 'once' : `${count} times`} · {formatAgo(lastAtMs, nowMs)}
      </p>
    </li>
  );
}

const SAID: Readonly<Record<BroadcastHealth['kind'], string>> = {
  good: 'The broadcast is healthy.',
  warning: 'There is a warning about the source.',
  absent: 'Nothing comes from the encoder.',
  silent: 'The ingest node is not heard of.',
  unknown: '',
};

/** A screen reader is told when it changes, and not what it is at first. */
function useSaid(kind: BroadcastHealth['kind']): void {
  const before = useRef(kind);
  useEffect(() => {
    if (before.current !== kind && SAID[kind] !== '') announce(SAID[kind]);
    before.current = kind;
  }, [kind]);
}

import type { ChannelEvent } from '../api/ingest-event.ts';
import { formatDuration } from '../format/times.ts';

/** What happened, as a sentence. A kind that is not known is told by its name. */
export function eventSentence(event: ChannelEvent): string {
  const { kind, protocol, isResumed, reason, absentMs, sentence } = event;
  switch (kind) {
    case 'broadcast-started':
      return isResumed === true
        ? 'Another ingest node, or another transcoder, goes on with the broadcast.'
        : `The broadcast began${protocol === undefined ? '' : `, by ${protocol.toUpperCase()}`}.`;
    case 'publisher-absent':
      return `The publisher is away${because(reason)}.`;
    case 'publisher-back':
      return `The publisher is back${absentMs === undefined ? '' : ` after ${formatDuration(absentMs)}`}.`;
    case 'broadcast-ended':
      return `The broadcast ended${because(reason)}.`;
    case 'health-warning':
      return sentence ?? event.code ?? 'A warning.';
    default:
      return kind.replaceAll('-', ' ');
  }
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : `: ${reason.replaceAll('-', ' ')}`;
}

/** Whether it is worth to be seen at a glance. */
export function eventTone({ kind }: ChannelEvent): 'bad' | 'plain' {
  return kind === 'health-warning' || kind === 'publisher-absent' ? 'bad' : 'plain';
}

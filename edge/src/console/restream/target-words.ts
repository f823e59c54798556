import type { RestreamTarget } from '../api/restream-target.ts';
import { formatBitrate } from '../format/numbers.ts';
import { formatDuration } from '../format/times.ts';
import type { BadgeTone } from '../parts/badge.tsx';

/** How a push is, in few words and in a sentence. */
export interface TargetWords {
  readonly state: string;
  readonly tone: BadgeTone;
  readonly sentence: string;
}

/** contracts' RestreamState and RestreamReason, for people. What is not known is told by its name. */
export function targetWords({ isDisabled, status }: RestreamTarget, isLive: boolean, nowMs: number): TargetWords {
  if (isDisabled) return { state: 'Paused', tone: 'quiet', sentence: 'Nothing is pushed to it.' };
  if (!isLive) return { state: 'Idle', tone: 'quiet', sentence: 'It is pushed to while the channel is live.' };
  if (status === null)
    return { state: 'Starting', tone: 'starting', sentence: 'Its ingest node has not told of it yet.' };
  const forMs = nowMs - status.sinceMs;
  switch (status.state) {
    case 'live': {
      const dropped =
        status.droppedPackets > 0 ? ` ${status.droppedPackets} packets were left out: it is too slow.` : '';
      const sentence = `${formatBitrate(status.bitrateBps)} for ${formatDuration(forMs)}.${dropped}`;
      return { state: 'Live', tone: 'live', sentence };
    }
    case 'connecting':
      return { state: 'Connecting', tone: 'starting', sentence: 'It is being connected to.' };
    case 'waiting':
      return { state: 'Waiting', tone: 'quiet', sentence: status.sentence ?? 'Nothing comes from the publisher.' };
    case 'failing':
      return { state: 'Retrying', tone: 'warning', sentence: whyOf(status) };
    case 'unsupported':
      return { state: 'Not possible', tone: 'warning', sentence: whyOf(status) };
    case 'stopped':
      return { state: 'Stopped', tone: 'quiet', sentence: whyOf(status) };
    default:
      return { state: status.state, tone: 'quiet', sentence: whyOf(status) };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  refused: 'It said no. Most often, the key is wrong.',
  'name-not-found': 'Its name leads nowhere.',
  'address-not-public': 'Its name leads inside of a network.',
  unreachable: 'Nobody answers there.',
  'certificate-invalid': 'Its certificate is not good.',
  'handshake-failed': 'What answers there does not speak the protocol.',
  'connection-lost': 'The connection broke.',
  'too-slow': 'It took nothing for too long.',
  'unsupported-codec': 'Its protocol does not carry what the publisher sends.',
  'not-heard-of': 'Its ingest node has not been heard of for a minute.',
};

function whyOf({ reason, sentence }: NonNullable<RestreamTarget['status']>): string {
  return sentence ?? (reason === undefined ? 'It does not say why.' : (REASONS[reason] ?? reason.replaceAll('-', ' ')));
}

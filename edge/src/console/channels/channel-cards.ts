import type { Broadcast } from '../api/broadcast.ts';
import type { Channel, LatencyProfile } from '../api/channel.ts';

/** A channel as the grid shows it. */
export interface ChannelCardFacts {
  readonly channelId: string;
  readonly profile: LatencyProfile;
  readonly isPrivate: boolean;
  readonly isDisabled: boolean;
  /** `undefined`: nobody is live. */
  readonly broadcast: Broadcast | undefined;
  /** When it was live last; `undefined`: never, as far as is known. */
  readonly lastLiveAtMs: number | undefined;
}

export interface CardSources {
  readonly channels: readonly Channel[];
  /** Also of channels that are not in `channels`, of which there may be more than are loaded. */
  readonly live: readonly Broadcast[];
  readonly lastLiveAtMs: ReadonlyMap<string, number>;
  /** What was typed to find some. */
  readonly filter: string;
}

/** The live ones first, then those that were live last, then all others, by name. */
export function channelCards({ channels, live, lastLiveAtMs, filter }: CardSources): ChannelCardFacts[] {
  const broadcasts = new Map(live.map((broadcast) => [broadcast.channelId, broadcast]));
  const known = new Set(channels.map(({ channelId }) => channelId));
  const cards = [
    ...channels.map((channel) => cardOf(channel, broadcasts.get(channel.channelId))),
    ...live.filter(({ channelId }) => !known.has(channelId)).map((broadcast) => cardOf(undefined, broadcast)),
  ];
  const wanted = filter.trim().toLowerCase();
  return cards
    .flatMap((card) => (card === undefined ? [] : [withLastLive(card, lastLiveAtMs.get(card.channelId))]))
    .filter(({ channelId }) => channelId.includes(wanted))
    .sort(byLiveness);
}

function cardOf(channel: Channel | undefined, broadcast: Broadcast | undefined): ChannelCardFacts | undefined {
  const shown = channel ?? broadcast;
  if (shown === undefined) return undefined;
  const { channelId, profile } = shown;
  // What is on stays as it began, whatever its channel is by now.
  const isPrivate = broadcast?.isPrivate ?? shown.isPrivate;
  const isDisabled = channel?.isDisabled ?? false;
  const lastLiveAtMs = channel?.lastBroadcast?.endedAtMs;
  return { channelId, profile, isPrivate, isDisabled, broadcast, lastLiveAtMs };
}

/** What this page has seen is newer than what it was told, or not. */
function withLastLive(card: ChannelCardFacts, seenAtMs: number | undefined): ChannelCardFacts {
  const lastLiveAtMs = Math.max(card.lastLiveAtMs ?? 0, seenAtMs ?? 0);
  return { ...card, lastLiveAtMs: lastLiveAtMs === 0 ? undefined : lastLiveAtMs };
}

function byLiveness(one: ChannelCardFacts, other: ChannelCardFacts): number {
  const byState = Number(other.broadcast !== undefined) - Number(one.broadcast !== undefined);
  if (byState !== 0) return byState;
  // Cards of live channels stay where they are: how long they have been on is no reason to move.
  const byTime = one.broadcast === undefined ? (other.lastLiveAtMs ?? 0) - (one.lastLiveAtMs ?? 0) : 0;
  return byTime || (one.channelId < other.channelId ? -1 : 1);
}

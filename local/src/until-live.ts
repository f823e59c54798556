import { ChannelWatch } from './demo/channel-watch.ts';

/** A publisher on a busy machine has its first playlist within a few seconds. */
const LIVE_MS_MAX = 60_000;

/** Resolves once the channel has a playlist; rejects after a minute. */
export async function untilLive(statusUrl: string): Promise<void> {
  await new ChannelWatch(statusUrl, AbortSignal.timeout(LIVE_MS_MAX)).until(({ state }) => state === 'live');
}

/** Resolves once the channel is offline; rejects after a minute. */
export async function untilOffline(statusUrl: string): Promise<void> {
  await new ChannelWatch(statusUrl, AbortSignal.timeout(LIVE_MS_MAX)).until(({ state }) => state === 'offline');
}

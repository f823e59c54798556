const KEY = 'sluice.recent';
/** One screen of a phone. The one watched longest ago falls out. */
const RECENT_MAX = 8;
const CHANNEL_ID = /^[a-z0-9][a-z0-9-]{1,62}$/;

/** Channels that were watched in this browser, the last one first. */
export function recentChannels(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    if (!Array.isArray(stored)) return [];
    return stored.filter((id): id is string => typeof id === 'string' && CHANNEL_ID.test(id)).slice(0, RECENT_MAX);
  } catch {
    return [];
  }
}

export function rememberChannel(channelId: string): void {
  try {
    const others = recentChannels().filter((id) => id !== channelId);
    localStorage.setItem(KEY, JSON.stringify([channelId, ...others].slice(0, RECENT_MAX)));
  } catch {
    // Storage is forbidden: the start page simply has no list.
  }
}

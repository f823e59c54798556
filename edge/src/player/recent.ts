import { elementIn } from './page-elements.ts';
import { recentChannels } from './recent-channels.ts';
import { readStatus } from './status-reader.ts';

const STATE_NAMES = { offline: 'Offline', starting: 'Offline', live: 'Live', private: 'Private' } as const;

/** The start page's script: what was watched before, and whether it is live now. */
function showRecent(): void {
  const channels = recentChannels();
  elementIn(document, 'recent', HTMLElement).hidden = channels.length === 0;
  elementIn(document, 'recent-list', HTMLElement).replaceChildren(...channels.map(recentItem));
}

function recentItem(channelId: string): HTMLElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = `/watch/${channelId}`;
  const name = document.createElement('span');
  name.textContent = channelId;
  const badge = document.createElement('span');
  badge.className = 'recent-state';
  link.append(name, badge);
  item.append(link);
  void showState(channelId, badge);
  return item;
}

async function showState(channelId: string, badge: HTMLElement): Promise<void> {
  try {
    const response = await fetch(`/live/${channelId}/status.json`, { cache: 'no-store' });
    const status = response.ok ? readStatus(await response.json()) : undefined;
    badge.dataset.live = String(status?.state === 'live');
    badge.textContent = status === undefined ? 'Offline' : STATE_NAMES[status.state];
  } catch {
    // No network: the name alone is still a link.
  }
}

showRecent();

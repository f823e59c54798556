import { signal } from '@preact/signals';
import type { MadeStreamKey } from '../api/stream-key.ts';
import { onSignOut } from '../session/session.ts';

/**
 * The stream keys that were made on this page, by channel: the newest of each. Nowhere else are they kept in the clear,
 * so they are gone with the page.
 */
const made = signal<ReadonlyMap<string, MadeStreamKey>>(new Map());
onSignOut(() => {
  made.value = new Map();
});

export function madeKey(channelId: string): MadeStreamKey | undefined {
  return made.value.get(channelId);
}

export function keepMadeKey(key: MadeStreamKey): void {
  made.value = new Map([...made.peek(), [key.channelId, key]]);
}

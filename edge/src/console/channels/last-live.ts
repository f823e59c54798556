import { signal } from '@preact/signals';
import type { Broadcast } from '../api/broadcast.ts';
import { onSignOut } from '../session/session.ts';

/** When channels that this page has seen live were live last. */
export const lastLiveAtMs = signal<ReadonlyMap<string, number>>(new Map());
onSignOut(() => {
  lastLiveAtMs.value = new Map();
});

/** Remembers who is live now. */
export function sawLive(live: readonly Broadcast[], atMs: number): void {
  if (live.length === 0) return;
  lastLiveAtMs.value = new Map([...lastLiveAtMs.peek(), ...live.map(({ channelId }) => [channelId, atMs] as const)]);
}

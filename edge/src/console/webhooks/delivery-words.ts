import type { Delivery } from '../api/webhook.ts';
import { formatNumbered } from '../format/numbers.ts';

/** From 5 s, doubled after each try, to an hour; give or take a fifth (functions: retryDelayMs). */
const RETRY_MS = { first: 5_000, max: 3_600_000 } as const;

/** About when a delivery that waits is tried next; `undefined`: it is over. */
export function nextTryMs({ state, tries, lastTry, createdAtMs }: Delivery): number | undefined {
  if (state !== 'pending') return undefined;
  if (lastTry === null) return createdAtMs;
  return lastTry.atMs + Math.min(RETRY_MS.max, RETRY_MS.first * 2 ** Math.max(0, tries - 1));
}

/** `in about 40 s`, `any moment`. */
export function inAbout(atMs: number, nowMs: number): string {
  const seconds = Math.round((atMs - nowMs) / 1_000);
  if (seconds < 3) return 'any moment';
  if (seconds < 90) return `in about ${seconds} s`;
  return `in about ${Math.round(seconds / 60)} min`;
}

/** What came of it so far, in a sentence. */
export function deliverySentence(delivery: Delivery): string {
  const { state, tries, lastTry } = delivery;
  if (lastTry === null) return 'It was not tried yet: it waits for its turn.';
  const answer = lastTry.status === null ? '' : `HTTP ${lastTry.status}`;
  const times = formatNumbered(tries, 'try', 'tries');
  if (state === 'delivered')
    return [answer, tries > 1 ? `after ${times}` : ''].filter((part) => part !== '').join(', ') || 'Taken';
  const why = lastTry.fault ?? 'It was not taken.';
  return `${why} ${times.charAt(0).toUpperCase()}${times.slice(1)}${state === 'dead' ? ', and given up' : ''}.`;
}

/** Why something is no address for webhooks, as far as a page can see. */
export function webhookUrlFault(text: string): string | undefined {
  const url = URL.parse(text.trim());
  if (url === null) return 'Write the whole address, as https://hooks.example.com/sluice.';
  if (!/^https?:$/.test(url.protocol)) return 'It begins with https://';
  if (url.username !== '' || url.password !== '') return 'It has no user or password in it: webhooks are signed.';
  if (url.hash !== '') return 'It has no fragment.';
  return undefined;
}

const DAY_MS = 86_400_000;

/** What a new token may do: all that its maker may, all of that which changes nothing, or what is chosen. */
export const TOKEN_RIGHTS = [
  { value: 'read', name: 'Look', hint: 'Sees everything that you see, and changes nothing.' },
  { value: 'all', name: 'Everything', hint: 'Whatever you may do.' },
  { value: 'chosen', name: 'What you choose', hint: '' },
] as const;
export type TokenRights = (typeof TOKEN_RIGHTS)[number]['value'];

export const TOKEN_LIFETIMES = [
  { value: '30', name: '30 days' },
  { value: '90', name: '90 days' },
  { value: '365', name: 'A year' },
  { value: 'forever', name: 'Until it is deleted' },
] as const;
export type TokenLifetime = (typeof TOKEN_LIFETIMES)[number]['value'];

export interface TokenWish {
  readonly name: string;
  readonly rights: TokenRights;
  readonly chosen: readonly string[];
  readonly lifetime: TokenLifetime;
}

/** What the API is asked for. */
export interface TokenOrder {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number | null;
}

/** What is missing, by its place. */
export type TokenFault = { readonly at: 'name' | 'scopes'; readonly sentence: string };

/** @param own what the maker may do: no token can do more. */
export function tokenOrder(wish: TokenWish, own: readonly string[], nowMs: number): TokenOrder | TokenFault {
  const name = wish.name.trim();
  if (name === '') return { at: 'name', sentence: 'Say what it is for, to know later whether it can go.' };
  const scopes = own.filter((scope) => isWanted(scope, wish));
  if (scopes.length === 0) return { at: 'scopes', sentence: 'Choose at least one thing that it may do.' };
  const expiresAtMs = wish.lifetime === 'forever' ? null : nowMs + Number(wish.lifetime) * DAY_MS;
  return { name, scopes, expiresAtMs };
}

function isWanted(scope: string, { rights, chosen }: TokenWish): boolean {
  if (rights === 'chosen') return chosen.includes(scope);
  return rights === 'all' || scope.endsWith(':read');
}

/** `May everything`, `May channels:read, clips:read and 3 more`. */
export function scopesSentence(scopes: readonly string[], own: readonly string[]): string {
  if (scopes.length >= own.length && own.every((scope) => scopes.includes(scope))) return 'Everything that you may';
  if (scopes.every((scope) => scope.endsWith(':read')) && scopes.length > SHOWN_MAX) return 'Look, and change nothing';
  const more = scopes.length - SHOWN_MAX;
  const shown = scopes.slice(0, SHOWN_MAX).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

const SHOWN_MAX = 4;

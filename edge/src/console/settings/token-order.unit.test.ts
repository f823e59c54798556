import { describe, expect, it } from 'vitest';
import { scopesSentence, tokenOrder } from './token-order.ts';

const NOW_MS = Date.UTC(2026, 10, 27);
const OWN = ['channels:read', 'channels:write', 'clips:read', 'audit:read', 'usage:read', 'webhooks:read'];
const WISH = { name: ' the shop ', rights: 'read', chosen: [], lifetime: '30' } as const;

describe('an API token that somebody wants', () => {
  it('may look at what its maker may look at, for as long as was said', () => {
    expect(tokenOrder(WISH, OWN, NOW_MS)).toEqual({
      name: 'the shop',
      scopes: OWN.filter((scope) => scope.endsWith(':read')),
      expiresAtMs: Date.UTC(2026, 11, 27),
    });
  });

  it('may do all that its maker may, and no more, also where more was chosen', () => {
    expect(tokenOrder({ ...WISH, rights: 'all', lifetime: 'forever' }, OWN, NOW_MS)).toEqual({
      name: 'the shop',
      scopes: OWN,
      expiresAtMs: null,
    });
    const chosen = ['clips:read', 'api-tokens:write'];
    expect(tokenOrder({ ...WISH, rights: 'chosen', chosen }, OWN, NOW_MS)).toMatchObject({ scopes: ['clips:read'] });
  });

  it('has a name, and is for something', () => {
    expect(tokenOrder({ ...WISH, name: ' ' }, OWN, NOW_MS)).toMatchObject({ at: 'name' });
    expect(tokenOrder({ ...WISH, rights: 'chosen' }, OWN, NOW_MS)).toMatchObject({ at: 'scopes' });
    expect(tokenOrder(WISH, ['clips:write'], NOW_MS)).toMatchObject({ at: 'scopes' });
  });

  it('is told in few words', () => {
    expect(scopesSentence(OWN, OWN)).toBe('Everything that you may');
    expect(scopesSentence(['channels:read', 'clips:write'], OWN)).toBe('channels:read, clips:write');
    const reads = OWN.filter((scope) => scope.endsWith(':read'));
    expect(scopesSentence(reads, OWN)).toBe('Look, and change nothing');
    expect(scopesSentence([...reads, 'clips:write'], OWN)).toBe(
      'channels:read, clips:read, audit:read, usage:read and 2 more',
    );
  });
});

import { ANNOUNCE_REFUSALS, AUTHORIZE_REFUSALS, LEASE_REFUSALS } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { refusalOfPeer } from './publish-refusals.ts';

describe('what a publisher is told', () => {
  it.each(AUTHORIZE_REFUSALS)('of %s is that, in a sentence', (code) => {
    const refusal = refusalOfPeer(code);
    expect(refusal.code).toBe(code);
    expect(refusal.sentence).toMatch(/^[A-Z].+\.$/);
  });

  it.each([
    ['channel-in-use', 'channel-in-use'],
    ['epoch-superseded', 'taken-over'],
  ])('of %s is %s', (code, told) => {
    expect(refusalOfPeer(code).code).toBe(told);
  });

  it('of what is between us and the edge is that it is our fault', () => {
    const own = [...LEASE_REFUSALS, ...ANNOUNCE_REFUSALS, 'http-404', 'constructor'].filter(
      (code) => code !== 'channel-in-use' && code !== 'epoch-superseded',
    );
    for (const code of own) expect(refusalOfPeer(code).code).toBe('internal-error');
  });
});

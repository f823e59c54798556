import { type Rendition, RenditionId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { A128, fakeBroadcast, V360, V720 } from '../package/packaging-fixture.ts';
import { restOrderFault } from './rest-order.ts';

const renditions: readonly Rendition[] = fakeBroadcast('low', { num: 30, den: 1 }).description.renditions;

describe('an order to rest', () => {
  it.each([[[]], [[V720]], [[V360]], [[V720, V720]]])('may name pictures, as long as one is left: %j', (ids) => {
    expect(restOrderFault(renditions, ids)).toBeUndefined();
  });

  it.each([
    [[V720, RenditionId.parse('v480')], 'unknown-rendition'],
    [[V720, A128], 'not-a-picture'],
    [[V720, V360], 'all-pictures'],
    [[V360, V720, V360], 'all-pictures'],
  ])('is refused: %j', (ids, code) => {
    expect(restOrderFault(renditions, ids)).toMatchObject({ name: 'RestOrderError', code });
  });

  it('has no sense where there is no picture', () => {
    expect(restOrderFault([], [])?.code).toBe('all-pictures');
  });
});

import { expect, it } from 'vitest';
import { regionOf } from './region.ts';

it.each([
  [{ continent: 'NA', country: 'US', longitude: '-122.4' }, 'wnam'],
  [{ continent: 'NA', country: 'CA', longitude: '-79.4' }, 'enam'],
  [{ continent: 'NA', country: 'US' }, 'enam'],
  [{ continent: 'SA', country: 'BR', longitude: '-46.6' }, 'sam'],
  [{ continent: 'EU', country: 'FR', longitude: '2.35' }, 'weur'],
  [{ continent: 'EU', country: 'RO', longitude: '26.1' }, 'eeur'],
  [{ continent: 'AS', country: 'JP', longitude: '139.7' }, 'apac'],
  [{ continent: 'AS', country: 'AE', longitude: '55.3' }, 'me'],
  [{ continent: 'OC', country: 'NZ' }, 'oc'],
  [{ continent: 'AF', country: 'KE' }, 'afr'],
  [{ continent: 'AN' }, 'oc'],
  [{}, 'weur'],
  [{ continent: 7, country: {}, longitude: 'east' }, 'weur'],
] as const)('%o is nearest to %s', (whereabouts, region) => {
  expect(regionOf(whereabouts)).toBe(region);
});

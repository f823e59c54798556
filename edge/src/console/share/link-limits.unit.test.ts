import { PlaybackTokenRequest } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { LIFETIMES, readCountries, readSites } from './link-limits.ts';

describe('where a link to a private channel is good', () => {
  it.each([
    ['', { values: [] }],
    ['DE, AT ch', { values: ['DE', 'AT', 'CH'] }],
    ['de;de', { values: ['DE'] }],
    ['Germany', { fault: '“GERMANY” is no country: write two letters, as DE.' }],
  ])('countries: %j', (text, read) => {
    expect(readCountries(text)).toEqual(read);
  });

  it.each([
    ['', { values: [] }],
    [
      'shop.example https://www.shop.example:8443',
      { values: ['https://shop.example', 'https://www.shop.example:8443'] },
    ],
    ['http://LOCALHOST:3000/', { values: ['http://localhost:3000'] }],
    [
      'https://shop.example/path',
      { fault: '“https://shop.example/path” is no site: write it as https://shop.example, without a path.' },
    ],
    ['*.example', { fault: '“*.example” is no site: write it as https://shop.example, without a path.' }],
  ])('sites: %j', (text, read) => {
    expect(readSites(text)).toEqual(read);
  });

  it('is what the API takes', () => {
    for (const { value } of LIFETIMES) {
      const request = { lifetimeS: Number(value), countries: ['DE'], sites: ['https://shop.example'] };
      expect(PlaybackTokenRequest.safeParse(request).success).toBe(true);
    }
  });
});

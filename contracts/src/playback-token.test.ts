import { describe, expect, it } from 'vitest';
import { BroadcastId } from './ids.ts';
import { CountryCode } from './playback-country.ts';
import { isPrivateBroadcast } from './playback-privacy.ts';
import { isWithinHeight, PlaybackSubject, PlaybackTokenRequest, SiteOrigin } from './playback-token.ts';

describe('a country', () => {
  it.each(['DE', 'GB', 'US', 'XK'])('%s is one', (code) => expect(CountryCode.safeParse(code).success).toBe(true));

  // UK is the likeliest mistake; XX and T1 are what Cloudflare says of those it cannot place, and of Tor.
  it.each(['UK', 'EU', 'XX', 'T1', 'ZZ', 'de', 'DEU', ''])('%s is none', (code) => {
    expect(CountryCode.safeParse(code).success).toBe(false);
  });

  it('has a name wherever Unicode knows one, so none is mistyped here', () => {
    const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const codes = letters.flatMap((first) => letters.map((second) => first + second));
    const known = codes.filter((code) => CountryCode.safeParse(code).success);
    expect(known).toHaveLength(250);
    expect(known.filter((code) => names.of(code) === undefined)).toEqual([]);
  });
});

describe('a site', () => {
  it.each(['https://shop.example', 'http://localhost:8080', 'https://xn--bcher-kva.example', 'http://[::1]:1'])(
    '%s is one',
    (site) => expect(SiteOrigin.safeParse(site).success).toBe(true),
  );

  it.each([
    'shop.example',
    'https://shop.example/',
    'https://Shop.example',
    'https://shop.example:443',
    'https://shop.example/x',
    'https://*.shop.example',
    'https://user@shop.example',
    'ftp://shop.example',
    'null',
    '',
    'file:///x',
    `https://${'a'.repeat(260)}`,
  ])('%s is none', (site) => {
    expect(SiteOrigin.safeParse(site).success).toBe(false);
  });
});

it.each(['', 'with a blank', 'ümlaut', 'x'.repeat(129), 'a\nb'])('%j is no subject', (subject) => {
  expect(PlaybackSubject.safeParse(subject).success).toBe(false);
});

it('a request for a token is bounded in every direction, and names nothing that is not known', () => {
  const many = (count: number, make: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => make(index));
  const wrong = [
    { lifetimeS: 59 },
    { lifetimeS: 7 * 24 * 3_600 + 1 },
    { countries: [] },
    { countries: many(65, () => 'DE') },
    { addresses: many(17, (index) => `10.0.${index}.0/24`) },
    { sites: many(9, (index) => `https://s${index}.example`) },
    { heightPxMax: 89 },
    { heightPxMax: 4_321 },
    { mayExport: 'yes' },
    { jti: 'mine' },
    { channel: 'another' },
  ];
  for (const request of wrong)
    expect([request, PlaybackTokenRequest.safeParse(request).success]).toEqual([request, false]);
  expect(PlaybackTokenRequest.parse({})).toEqual({ lifetimeS: 6 * 3_600 });
});

it.each([
  ['v720', 720, true],
  ['v720', 719, false],
  ['v1080-60', 720, false],
  ['v360+a128', 480, true],
  ['v720+a128', 480, false],
  ['v720.m3u8', 480, false],
  ['a128', 90, true],
  ['v2160', undefined, true],
])('%s within %s: %s', (renditionId, heightPxMax, isWithin) => {
  expect(isWithinHeight(renditionId, heightPxMax)).toBe(isWithin);
});

it.each([
  ['0mww8blwxp4z6wtlh8p9', true],
  ['0mww8blwxo4z6wtlh8p9', false],
  ['pppppppppo4z6wtlh8pp', false],
])('%s is private: %s', (text, isPrivate) => {
  expect(isPrivateBroadcast(BroadcastId.parse(text))).toBe(isPrivate);
});

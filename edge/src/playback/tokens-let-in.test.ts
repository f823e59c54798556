import { Problem } from '@sluice/contracts';
import { generateKeyPair, type JWTPayload } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { bodyText, edgeFetch, freshChannelId } from '../testing/edge-client.ts';
import { V720 } from '../testing/test-broadcast.ts';
import { revokeTokens, testPlaybackToken } from '../testing/test-playback-token.ts';
import { TestPublisher } from '../testing/test-publisher.ts';

let publisher: TestPublisher;
beforeAll(async () => {
  publisher = await TestPublisher.live(10, { isPrivate: true });
  await publisher.putSegment(1, V720);
  await publisher.show(0, [{ firstSlot: 0, tileCount: 1, tileWidthPx: 160, tileHeightPx: 90 }]);
});

/** Below `/live/{channelId}/`; what stands in braces is the broadcast's id. */
const PLACES = {
  multivariant: 'index.m3u8',
  'muxed multivariant': 'muxed.m3u8',
  MPD: 'manifest.mpd',
  'MPD of the broadcast': '{id}.mpd',
  'media playlist': '{id}/v720.m3u8',
  'held playlist': '{id}/v720.m3u8?_HLS_msn=1&_HLS_part=0',
  part: '{id}/v720/2.0.m4s',
  segment: '{id}/v720/1.m4s',
  init: '{id}/v720/init-0.mp4',
  'muxed playlist': '{id}/v720+a128.m3u8',
  'muxed part': '{id}/v720+a128/2.0.m4s',
  'newest thumbnail': 'thumbnail',
  thumbnail: '{id}/thumbnails/0.jpg',
  storyboard: '{id}/storyboard.vtt',
  sprite: '{id}/storyboards/0-1.jpg',
} as const;
type Place = keyof typeof PLACES;
const PLACE_NAMES = Object.keys(PLACES) as Place[];

function addressOf(place: Place, token?: string): string {
  const prefix = token === undefined ? '' : `/t/${token}`;
  return `${prefix}/live/${publisher.channelId}/${PLACES[place].replace('{id}', publisher.broadcastId)}`;
}

interface Attempt {
  readonly claims?: JWTPayload;
  readonly init?: RequestInit<RequestInitCfProperties>;
  /** Does what makes the token a bad one, and gives it. */
  readonly spoil?: (token: string) => string | Promise<string>;
}

async function tokenFor({ claims = {}, spoil = (text) => text }: Attempt): Promise<string> {
  return spoil(await testPlaybackToken({ channelId: publisher.channelId, claims }));
}

const nowS = Date.now() / 1_000;
const fromGermany = { cf: { country: 'DE' } } as const;
const fromNowhere = { cf: {} } as const;
const at = (address: string) => ({ headers: { 'cf-connecting-ip': address } });
const on = (headers: Record<string, string>) => ({ headers });

const REFUSED: readonly (readonly [what: string, code: string, attempt: Attempt])[] = [
  ['expired', 'token-expired', { claims: { iat: nowS - 700, exp: Math.floor(nowS) - 60 } }],
  ['for later', 'token-not-yet-valid', { claims: { nbf: nowS + 60 } }],
  ['for another channel', 'token-for-another-channel', { claims: { channel: 'another' } }],
  ['forged', 'token-invalid', { spoil: () => forged() }],
  ['changed in one character', 'token-invalid', { spoil: changed }],
  ['none at all', 'token-invalid', { spoil: () => 'hello' }],
  ['a text of 5,000 characters', 'token-invalid', { spoil: () => 'x'.repeat(5_000) }],
  ['with a claim that nobody knows', 'token-invalid', { claims: { planets: ['Mars'] } }],
  ['for longer than any', 'token-invalid', { claims: { exp: Math.floor(nowS) + 8 * 24 * 3_600 } }],
  ['from another country', 'token-not-for-this-country', { claims: { countries: ['FR', 'GB'] }, init: fromGermany }],
  ['from a country unknown', 'token-not-for-this-country', { claims: { countries: ['FR'] }, init: fromNowhere }],
  [
    'from another network',
    'token-not-for-this-address',
    { claims: { addresses: ['192.0.2.0/24'] }, init: at('192.0.3.1') },
  ],
  ['from an address unknown', 'token-not-for-this-address', { claims: { addresses: ['::/0'] } }],
  [
    'on another site',
    'token-not-for-this-site',
    { claims: { sites: ['https://a.example'] }, init: on({ origin: 'https://b.example' }) },
  ],
  [
    'in a frame without an origin',
    'token-not-for-this-site',
    { claims: { sites: ['https://a.example'] }, init: on({ origin: 'null', referer: 'https://a.example/' }) },
  ],
  ['on a site unknown', 'token-not-for-this-site', { claims: { sites: ['https://a.example'] } }],
];

async function forged(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256');
  return testPlaybackToken({ channelId: publisher.channelId, signingKey: privateKey });
}

function changed(token: string): string {
  const position = token.length - 10;
  return token.slice(0, position) + (token[position] === 'A' ? 'B' : 'A') + token.slice(position + 1);
}

async function expectRefused(answer: Response, code: string, token: string): Promise<void> {
  const text = await bodyText(answer);
  expect([answer.status, Problem.parse(JSON.parse(text)).code]).toEqual([403, code]);
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  // Nothing of it comes back, not even the part that is not secret.
  expect(text + JSON.stringify([...answer.headers])).not.toContain(token.slice(0, 40));
}

describe('a private broadcast', () => {
  it.each(PLACE_NAMES)('shows its %s to a good token, and to nobody without one', async (place) => {
    const answer = await edgeFetch(addressOf(place, await tokenFor({})));
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    const without = await edgeFetch(addressOf(place));
    expect([without.status, Problem.parse(await without.json()).code]).toEqual([403, 'token-required']);
    expect(without.headers.get('access-control-allow-origin')).toBe('*');
  });

  describe.each(REFUSED)('with a token that is %s', (_what, code, attempt) => {
    it.each(PLACE_NAMES)(`refuses its %s as ${code}`, async (place) => {
      const token = await tokenFor(attempt);
      await expectRefused(await edgeFetch(addressOf(place, token), attempt.init), code, token);
    });
  });

  it.each(PLACE_NAMES)('refuses its %s to a token that was good and is revoked', async (place) => {
    const jti = crypto.randomUUID();
    const token = await tokenFor({ claims: { jti } });
    const before = await edgeFetch(addressOf(place, token));
    await before.arrayBuffer();
    expect(before.status).toBe(200);
    expect((await revokeTokens(publisher.channelId, [{ jti, issuedBeforeMs: Date.now() + 1 }])).status).toBe(200);
    await expectRefused(await edgeFetch(addressOf(place, token)), 'token-revoked', token);
  });

  it.each<[what: string, claims: JWTPayload, init: RequestInit<RequestInitCfProperties>]>([
    ['in its country', { countries: ['FR', 'DE'] }, fromGermany],
    ['in its IPv4 network', { addresses: ['2001:db8::/32', '192.0.2.0/24'] }, at('192.0.2.255')],
    ['in its IPv6 network', { addresses: ['2001:db8::/32', '192.0.2.0/24'] }, at('2001:db8:ffff::1')],
    ['on its site', { sites: ['https://a.example'] }, on({ origin: 'https://a.example' })],
    [
      'on its site, where only Referer says so',
      { sites: ['https://a.example'] },
      on({ referer: 'https://a.example/x?y' }),
    ],
  ])('lets a token in %s', async (_what, claims, init) => {
    const answer = await edgeFetch(addressOf('multivariant', await tokenFor({ claims })), init);
    expect([answer.status, await bodyText(answer)]).toMatchObject([200, expect.stringContaining('v720.m3u8')]);
  });

  it('tells those without a token only that it is private', async () => {
    const path = `/live/${publisher.channelId}/status.json`;
    const told: unknown = await (await edgeFetch(path)).json();
    const version = expect.any(String);
    expect(told).toEqual({ channelId: publisher.channelId, state: 'private', version, broadcast: null });
    const all = await edgeFetch(`/t/${await tokenFor({})}${path}`);
    expect(await all.json()).toMatchObject({ state: 'live', broadcast: { broadcastId: publisher.broadcastId } });
  });

  it('is refused at once while it is starting, too', async () => {
    const starting = await TestPublisher.begin({ isPrivate: true });
    const answer = await edgeFetch(`/live/${starting.channelId}/index.m3u8`);
    expect([answer.status, Problem.parse(await answer.json()).code]).toEqual([403, 'token-required']);
  });
});

describe('a limit on the rendition', () => {
  it.each(['multivariant', 'muxed multivariant', 'MPD', 'MPD of the broadcast'] as const)(
    'lists what is below it in the %s, and nothing above',
    async (place) => {
      const listed = async (claims: JWTPayload) =>
        bodyText(await edgeFetch(addressOf(place, await tokenFor({ claims }))));
      expect(await listed({})).toMatch(/v720/);
      const below = await listed({ heightPxMax: 480 });
      expect(below).toMatch(/v360/);
      expect(below).toMatch(/a128/);
      expect(below).not.toMatch(/v720/);
    },
  );

  it.each(['media playlist', 'part', 'segment', 'init', 'muxed playlist', 'muxed part'] as const)(
    'gives no %s above it, whoever knows its address',
    async (place) => {
      const token = await tokenFor({ claims: { heightPxMax: 480 } });
      await expectRefused(await edgeFetch(addressOf(place, token)), 'token-not-for-this-rendition', token);
      const below = await edgeFetch(addressOf(place, token).replace('v720', 'v360'));
      await below.arrayBuffer();
      expect(below.status).toBe(200);
    },
  );
});

describe('an address below a token', () => {
  it('shows public broadcasts too, to a token of their channel', async () => {
    const open = await TestPublisher.live(6);
    const token = await testPlaybackToken({ channelId: open.channelId });
    for (const path of [`/live/${open.channelId}/index.m3u8`, `${open.path}/v720.m3u8`]) {
      const [without, below] = [await edgeFetch(path), await edgeFetch(`/t/${token}${path}`)];
      expect([without.status, below.status]).toEqual([200, 200]);
      expect(await bodyText(below)).toBe(await bodyText(without));
    }
  });

  it('is kept by no shared cache', async () => {
    const token = await tokenFor({});
    for (const place of PLACE_NAMES) {
      const answer = await edgeFetch(addressOf(place, token));
      await answer.arrayBuffer();
      expect([place, answer.headers.get('cache-control')]).toEqual([
        place,
        expect.stringMatching(/^private, max-age=/),
      ]);
    }
  });

  it('answers a preflight without looking at the token', async () => {
    const answer = await edgeFetch(addressOf('part', 'whatever'), { method: 'OPTIONS' });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  });

  it.each([
    '/t',
    '/t/',
    '/t/x',
    '/t/x/',
    '/t/x/y',
    '/t/x/time',
    '/t/x/ingest/v1/channels/demo/lease',
    '/t/x/t/x/live/demo/index.m3u8',
    // The router takes it for /t/.
    '/%74/x/live/demo/index.m3u8',
    '/%74/x/watch/demo',
  ])('%s is none', async (path) => {
    const answer = await edgeFetch(path);
    expect([answer.status, Problem.parse(await answer.json()).code]).toEqual([404, 'no-such-address']);
  });

  it('is for one channel, however its name is written', async () => {
    const other = freshChannelId();
    const token = await tokenFor({});
    for (const path of [
      `/live/${other}/index.m3u8`,
      `/live/%2e%2e/live/${other}/index.m3u8`,
      `/live/${publisher.channelId}/../${other}/index.m3u8`,
    ]) {
      await expectRefused(await edgeFetch(`/t/${token}${path}`), 'token-for-another-channel', token);
    }
  });
});

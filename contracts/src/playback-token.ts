import { z } from 'zod';
import { ChannelId } from './ids.ts';
import { AddressPrefix } from './playback-address.ts';
import { CountryCode } from './playback-country.ts';

/** ES256, as for grants, but with keys and an audience of its own: neither is ever taken for the other. */
export const PLAYBACK_TOKEN_ALGORITHM = 'ES256';
export const PLAYBACK_TOKEN_ISSUER = 'sluice-control';
export const PLAYBACK_TOKEN_AUDIENCE = 'sluice-playback';

/** Where the control API serves the public keys of playback tokens, a JWK set (RFC 7517 §5). */
export const PLAYBACK_JWKS_PATH = '/.well-known/playback-jwks.json';
/** A key signs until a newer one does, and is listed until its tokens are over. */
export const PLAYBACK_KEYS_MAX = 8;

/** A token is part of every address of a player; servers and proxies begin to refuse addresses of 8 KB. */
export const PLAYBACK_TOKEN_CHARS_MAX = 2_048;
/** Longer than an event; short enough that what was revoked need not be remembered for ever. */
export const PLAYBACK_TOKEN_LIFETIME_S = { min: 60, default: 6 * 3_600, max: 7 * 24 * 3_600 } as const;

/** Names one token. It is not the token, and not secret. */
export const PlaybackTokenId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'a token id is up to 64 of A-Z, a-z, 0-9, _ and -')
  .meta({
    id: 'PlaybackTokenId',
    description: 'Names one playback token. It is not the token, and not secret.',
    examples: ['5f0c9a3e-8a1b-4a57-9f43-0d9f7f3f6a11'],
  });

/** Whom the token was given to, in the words of whoever asked for it: an account, an order. */
export const PlaybackSubject = z
  .string()
  .regex(/^[!-~]{1,128}$/, 'a subject is up to 128 printable ASCII characters without blanks')
  .meta({
    id: 'PlaybackSubject',
    description: 'Whom a token was given to, in your words: an account, an order.',
    examples: ['customer-4711'],
  });

/** A web site (RFC 6454 §6.2), as browsers write it into `Origin`. */
export const SiteOrigin = z
  .string()
  .max(261)
  .refine(isOrigin, 'a site is an origin, such as https://shop.example: small letters, no path, no usual port')
  .meta({
    id: 'SiteOrigin',
    description: 'A web site, as browsers name it: scheme and host in small letters, no path, no usual port.',
    pattern: '^https?://[^/*]+$',
    examples: ['https://shop.example'],
  });

/** Where, and how, a token may be used. What is absent does not matter. */
export const PlaybackLimits = z.strictObject({
  countries: z
    .array(CountryCode)
    .min(1)
    .max(64)
    .optional()
    .describe("The viewer's network is in one of these countries. Absent: in any."),
  addresses: z
    .array(AddressPrefix)
    .min(1)
    .max(16)
    .optional()
    .describe("The viewer's address is in one of these networks. Absent: in any."),
  sites: z
    .array(SiteOrigin)
    .min(1)
    .max(8)
    .optional()
    .describe(
      'The player is on a page of one of these sites: `Origin`, or where there is none `Referer`, says so. Absent: anywhere.',
    ),
  heightPxMax: z
    .int()
    .min(90)
    .max(4_320)
    .optional()
    .describe('No rendition above this height is listed or given. Absent: all are.'),
});
export type PlaybackLimits = z.infer<typeof PlaybackLimits>;

const MayExport = z
  .boolean()
  .optional()
  .describe('Its holder may take recordings and clips away as files. Absent: no, of public ones either.');

/** RFC 7519 §2: seconds since 1970, not always whole. */
const NumericDate = z.number().positive().max(1e11);

/** The claims of a playback token (a JWT): lets whoever has it watch one channel. Strict: an unknown claim may be a limit. */
export const PlaybackTokenClaims = z
  .strictObject({
    iss: z.literal(PLAYBACK_TOKEN_ISSUER),
    aud: z.literal(PLAYBACK_TOKEN_AUDIENCE),
    channel: ChannelId,
    jti: PlaybackTokenId,
    sub: PlaybackSubject.optional(),
    /** To the millisecond, so that a token made right after a revocation is not hit by it. */
    iat: NumericDate,
    nbf: NumericDate,
    exp: NumericDate,
    mayExport: MayExport,
    ...PlaybackLimits.shape,
  })
  // What was revoked is forgotten after this time.
  .refine(({ iat, exp }) => exp - iat <= PLAYBACK_TOKEN_LIFETIME_S.max, 'the token lives for too long');
export type PlaybackTokenClaims = z.infer<typeof PlaybackTokenClaims>;

/** `POST /v1/channels/{channelId}/playback-tokens`. */
export const PlaybackTokenRequest = z
  .strictObject({
    lifetimeS: z
      .int()
      .min(PLAYBACK_TOKEN_LIFETIME_S.min)
      .max(PLAYBACK_TOKEN_LIFETIME_S.max)
      .default(PLAYBACK_TOKEN_LIFETIME_S.default)
      .describe('How long it is good for, from now on.'),
    notBeforeMs: z.int().positive().optional().describe('It is good from this time on. Absent: from now on.'),
    subject: PlaybackSubject.optional(),
    mayExport: MayExport,
    ...PlaybackLimits.shape,
  })
  .meta({
    id: 'PlaybackTokenRequest',
    description: 'Which token is to be made: for how long, for whom, and where it is good.',
  });
export type PlaybackTokenRequest = z.infer<typeof PlaybackTokenRequest>;

/** What the control API answers with. The token stands in the addresses too: all of it is secret but the id. */
export const PlaybackTokenAnswer = z
  .object({
    token: z
      .string()
      .max(PLAYBACK_TOKEN_CHARS_MAX)
      .meta({ description: 'The token itself, a JWT. Secret.', examples: ['eyJ…'] }),
    jti: PlaybackTokenId,
    notBeforeMs: z
      .int()
      .positive()
      .meta({ description: 'It is good from this time on.', examples: [Date.UTC(2026, 10, 1, 18)] }),
    expiresAtMs: z
      .int()
      .positive()
      .meta({ description: 'It is good until this time.', examples: [Date.UTC(2026, 10, 2)] }),
    urls: z
      .object({
        hls: z.url().meta({
          description: 'For players of HLS.',
          examples: ['https://live.example/t/eyJ…/live/demo/index.m3u8'],
        }),
        dash: z.url().meta({
          description: 'For players of DASH.',
          examples: ['https://live.example/t/eyJ…/live/demo/manifest.mpd'],
        }),
        watch: z.url().meta({
          description: 'A page with a player.',
          examples: ['https://live.example/t/eyJ…/watch/demo'],
        }),
      })
      .describe('Where to watch. The token stands in them: secret.'),
  })
  .meta({ id: 'PlaybackToken', description: 'A playback token, and where to use it. All of it is secret but `jti`.' });
export type PlaybackTokenAnswer = z.infer<typeof PlaybackTokenAnswer>;

const VIDEO_RENDITION = /^v([0-9]{1,5})(?![0-9])/;

/** Whether a viewer with this limit may have a rendition, by its id alone: `v720`, `v720-60`, `v720+a128`, `a128`. */
export function isWithinHeight(renditionId: string, heightPxMax: number | undefined): boolean {
  const [, heightPx] = VIDEO_RENDITION.exec(renditionId) ?? [];
  return heightPx === undefined || heightPxMax === undefined || Number(heightPx) <= heightPxMax;
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  // `*` may stand in a host's name, and would look as if it stood for others.
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text && !text.includes('*');
}

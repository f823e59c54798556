/** Assets and errors have their rows in http/cache-control.ts. Pages are kept, but asked about (ETag) each time: a page names the assets of one deployment, and old ones are gone after the next. */
export const PAGE_CACHE_CONTROL = 'no-cache';

const OWN_SITE = "frame-ancestors 'self'";

export interface PagePolicy {
  /** The bucket's own domain, where playlists point parts when MEDIA_BASE_URL is set. */
  readonly mediaOrigin?: string | undefined;
  /** The directive that says who may show the page in a frame; absent: this site; `anybody`: there is no such directive. */
  readonly ancestors?: 'anybody' | `frame-ancestors ${string}` | undefined;
}

/** Nothing inline and nothing from elsewhere. `blob:` is MediaSource's URL. */
export function contentSecurityPolicy({ mediaOrigin, ancestors = OWN_SITE }: PagePolicy): string {
  const media = mediaOrigin === undefined ? '' : ` ${mediaOrigin}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `media-src 'self' blob:${media}`,
    `connect-src 'self'${media}`,
    "form-action 'self'",
    "base-uri 'none'",
    ...(ancestors === 'anybody' ? [] : [ancestors]),
  ].join('; ');
}

/** On every answer of the pages, errors too. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  // A watch page's address may be private; where a viewer goes from here learns nothing of it.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'autoplay=(self), fullscreen=(self), picture-in-picture=(self), camera=(), microphone=(), geolocation=(), payment=(), usb=()',
} as const;

/** Over those, on what pages of other sites take in: they may do so also where they are strict about it (COEP). */
export const SHARED_HEADERS = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'timing-allow-origin': '*',
} as const;

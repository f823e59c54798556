/** Assets and errors have their rows in http/cache-control.ts. Pages are kept, but asked about (ETag) each time: a page names the assets of one deployment, and old ones are gone after the next. */
export const PAGE_CACHE_CONTROL = 'no-cache';

/**
 * Nothing inline and nothing from elsewhere. `blob:` is MediaSource's URL; `mediaOrigin` is the bucket's own domain,
 * where playlists point parts when MEDIA_BASE_URL is set.
 */
export function contentSecurityPolicy(mediaOrigin: string | undefined): string {
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
    "frame-ancestors 'self'",
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

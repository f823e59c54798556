/** How long a link can be good for: contracts' PLAYBACK_TOKEN_LIFETIME_S ends at seven days. */
export const LIFETIMES = [
  { value: '3600', name: 'An hour' },
  { value: '21600', name: '6 hours' },
  { value: '86400', name: 'A day' },
  { value: '604800', name: '7 days' },
] as const;
export type Lifetime = (typeof LIFETIMES)[number]['value'];

/** contracts' PlaybackLimits. */
const COUNTRIES_MAX = 64;
const SITES_MAX = 8;

/** What was typed as a list, or why it is none. */
export type ReadList = { readonly values: readonly string[] } | { readonly fault: string };

/** Two letters each (ISO 3166-1 alpha-2), however they are parted: `DE, AT ch`. */
export function readCountries(text: string): ReadList {
  const values = wordsOf(text).map((word) => word.toUpperCase());
  const wrong = values.find((value) => !/^[A-Z]{2}$/.test(value));
  if (wrong !== undefined) return { fault: `“${wrong}” is no country: write two letters, as DE.` };
  if (values.length > COUNTRIES_MAX) return { fault: `At most ${COUNTRIES_MAX} countries.` };
  return { values };
}

/** Origins (RFC 6454 §6.2): `https://shop.example`. What is typed without its scheme is taken for https. */
export function readSites(text: string): ReadList {
  const values: string[] = [];
  for (const word of wordsOf(text)) {
    const url = URL.parse(/^https?:\/\//i.test(word) ? word : `https://${word}`);
    if (url === null || url.pathname !== '/' || word.includes('*')) {
      return { fault: `“${word}” is no site: write it as https://shop.example, without a path.` };
    }
    values.push(url.origin);
  }
  if (values.length > SITES_MAX) return { fault: `At most ${SITES_MAX} sites.` };
  return { values };
}

function wordsOf(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((word) => word !== ''))];
}

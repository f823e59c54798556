import { z } from 'zod';

/** Each stands in a header of the embed page's answer. */
export const EMBED_SITES_MAX = 50;
/** RFC 1035 §2.3.4: 253 characters of a name; a scheme, `*.` and a port beside it. */
const SITE_CHARS_MAX = 270;

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
/** The last label of a name holds a letter; an address of four numbers is none (WHATWG URL, "ends in a number"). */
const LAST_LABEL = '([a-z]([a-z0-9-]{0,61}[a-z0-9])?)';
const HOST = `(localhost|127\\.0\\.0\\.1|(\\*\\.)?(${LABEL}\\.)+${LAST_LABEL})`;
const SITE = `^(https?://)?${HOST}(:[0-9]{1,5})?$`;

/**
 * A site, as host-source of a Content Security Policy has it (CSP 3 §2.3.1): a name, all names below one (`*.`, which is
 * not that name itself), with a scheme and a port where only that is meant. Addresses match nothing in browsers but for
 * 127.0.0.1 (there, "host-part match").
 */
export const EmbedSite = z
  .string()
  .max(SITE_CHARS_MAX)
  .regex(
    new RegExp(SITE),
    'a site is a name such as example.com, *.example.com or https://example.com:8443, in lower case and without a path',
  )
  .meta({
    id: 'EmbedSite',
    description:
      'A site: `example.com`, `*.example.com` for all below it (and not itself), or an origin such as `https://example.com:8443`. Lower case; no path.',
    examples: ['example.com', '*.example.com', 'https://www.example.com'],
  });
export type EmbedSite = z.infer<typeof EmbedSite>;

/** Which sites may show the embed page in a frame; `null`: any. */
export const EmbedSites = z.array(EmbedSite).max(EMBED_SITES_MAX).nullable();
export type EmbedSites = z.infer<typeof EmbedSites>;

/**
 * `PUT /control/v1/channels/{channelId}/embed-sites` of the edge. Calls may overtake one another: what the channel was at
 * an earlier version changes nothing any more.
 */
export const EmbedSitesNotice = z.strictObject({
  embedSites: EmbedSites,
  /** Of the channel's record, which a later channel of this name begins anew. */
  channelCreatedAtMs: z.int().nonnegative(),
  channelVersion: z.int().nonnegative(),
});
export type EmbedSitesNotice = z.infer<typeof EmbedSitesNotice>;

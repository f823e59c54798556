import type { EmbedSites } from '@sluice/contracts';
import type { PagePolicy } from '../pages/page-headers.ts';

/**
 * Who may show a page in a frame, as a Content Security Policy says it (CSP 3 §6.4.2). All pages
 * that a frame lies in must be of these sites. A site without a scheme is one of the page's own, or of a better one.
 */
export function frameAncestors(embedSites: EmbedSites): NonNullable<PagePolicy['ancestors']> {
  // And not `*`: that leaves out pages of apps, which come from no network.
  if (embedSites === null) return 'anybody';
  return `frame-ancestors ${["'self'", ...embedSites].join(' ')}`;
}

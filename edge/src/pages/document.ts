import { html, raw } from 'hono/html';
import { start } from '../../generated/pages.ts';
import { type Share, shareTags } from '../embed/share-tags.ts';
import { icon, iconSprite } from './icons.ts';
import type { PageEntry } from './page-asset.ts';

export type Html = ReturnType<typeof html>;

export const ASSETS_PATH = '/assets/';

/** The tab's picture: a data URL, so that no page asks for /favicon.ico. */
const FAVICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#5cc8f2" stroke-width="2" stroke-linecap="round"><path d="M5 4v16M19 4v16M8.5 4v7M12 4v7M15.5 4v7"/><path d="M8 15.5c1.3-1.2 2.7-1.2 4 0s2.7 1.2 4 0M8 19.5c1.3-1.2 2.7-1.2 4 0s2.7 1.2 4 0"/></svg>',
)}`;

export interface DocumentParts {
  readonly title: string;
  readonly description: string;
  /** What others show where somebody links to the page; absent: nothing is said of it. */
  readonly share?: Share | undefined;
  /** Tags that say the same of something that is no channel. */
  readonly tags?: Html | undefined;
  /** Absent: it has the start page's style and no script. */
  readonly entry?: Omit<PageEntry, 'script'> & { readonly script?: string | undefined };
  readonly channelId?: string;
  /** `false`: its player begins with sound. */
  readonly isMuted?: boolean;
  /** A word for the style sheet: which page this is. */
  readonly kind: 'watch' | 'embed' | 'index' | 'notice' | 'console';
  readonly body: Html;
}

/**
 * A whole page. It holds no inline script or style, which the CSP forbids. The console has nothing to show before its script
 * has run: that is waited for (HTML §2.5.6), so that nobody sees a page of the other look first.
 */
export function htmlDocument(parts: DocumentParts): Html {
  const { entry } = parts;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
${colourScheme(parts.kind)}
<meta name="description" content="${parts.description}">
<title>${parts.title}</title>
${parts.share === undefined ? '' : shareTags(parts.share, parts.description)}
${parts.tags ?? ''}
<link rel="icon" href="${FAVICON}">
<link rel="stylesheet" href="${ASSETS_PATH}${(entry ?? start).style}">
${entry?.preloads.map((fileName) => html`<link rel="modulepreload" href="${ASSETS_PATH}${fileName}">`) ?? ''}
${entry?.script === undefined ? '' : html`<script type="module"${parts.kind === 'console' ? html` blocking="render"` : ''} src="${ASSETS_PATH}${entry.script}"></script>`}
</head>
<body class="${parts.kind}" data-channel-id="${parts.channelId ?? ''}"${raw(parts.isMuted === false ? ' data-muted="false"' : '')}>
${iconSprite({ isConsole: parts.kind === 'console' })}
${parts.kind === 'console' || parts.kind === 'embed' ? '' : masthead()}
${parts.body}
</body>
</html>
`;
}

/** The picture is the only thing that is bright on the pages of viewers; the console follows the system. */
function colourScheme(kind: DocumentParts['kind']): Html {
  if (kind !== 'console')
    return html`<meta name="color-scheme" content="dark"><meta name="theme-color" content="#0b0d11">`;
  return html`<meta name="color-scheme" content="light dark">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#f6f7f9">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0b0d11">`;
}

function masthead(): Html {
  return html`<header class="masthead"><a class="brand" href="/" aria-label="Sluice, start page">${icon('sluice')}<span>Sluice</span></a></header>`;
}

import { html, raw } from 'hono/html';
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from '../../http/problem.ts';
import type { Document, Operation } from '../document.ts';
import type { Place } from './curl.ts';
import { methodBadge, operationSection } from './operation-section.ts';
import { type Html, line, prose } from './prose.ts';
import { PAGE_SCRIPT } from './script.ts';
import { PAGE_STYLE } from './style.ts';

type Placed = Operation & Place;

const MARK = raw(
  '<svg class="mark" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><path d="M5 4v16M19 4v16M8.5 4v7M12 4v7M15.5 4v7"/><path d="M8 15.5c1.3-1.2 2.7-1.2 4 0s2.7 1.2 4 0M8 19.5c1.3-1.2 2.7-1.2 4 0s2.7 1.2 4 0"/></svg>',
);
/** A data URL, so that no page asks for /favicon.ico. */
const FAVICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#0b86b4" stroke-width="2" stroke-linecap="round"><path d="M5 4v16M19 4v16M8.5 4v7M12 4v7M15.5 4v7"/><path d="M8 15.5c1.3-1.2 2.7-1.2 4 0s2.7 1.2 4 0M8 19.5c1.3-1.2 2.7-1.2 4 0s2.7 1.2 4 0"/></svg>',
)}`;

/** The readable page of an API's document. Everything that it shows is in it: it loads nothing. */
export function documentPage(document: Document): Html {
  const { info, tags } = document;
  const byTag = tags.map(({ name, description }) => ({ name, description, operations: operationsOf(document, name) }));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${info.title}: every operation, with examples.">
<title>${info.title}</title>
<link rel="icon" href="${FAVICON}">
<style>${raw(PAGE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="masthead">
<a class="brand" href="#top">${MARK}<span>${info.title}</span></a> <span class="version">${info.version}</span>
<a class="raw" href="/openapi.json">openapi.json</a>
<button type="button" class="menu" aria-expanded="false" aria-controls="contents" hidden>Contents</button>
</header>
<nav id="contents" aria-label="Contents">
<input type="search" class="filter" placeholder="Filter (Ctrl K)" aria-label="Filter the operations" aria-keyshortcuts="Control+K Meta+K" hidden>
<ul><li><a href="#top">Introduction</a></li><li><a href="#authentication">Authentication</a></li><li><a href="#refusals">Refusals</a></li></ul>
${byTag.map(({ name, operations }) => tagContents(name, operations))}
</nav>
<main id="content" tabindex="-1">
${introduction(document)}
${byTag.map(
  ({ name, description, operations }) => html`<section class="tag" aria-labelledby="${tagId(name)}">
<h2 id="${tagId(name)}"><a href="#${tagId(name)}">${title(name)}</a></h2>
<p class="lead">${line(description)}</p>
${operations.map((operation) => operationSection(document, operation, operation))}
</section>`,
)}
</main>
<p class="copied" role="status" aria-live="polite"></p>
<script>${raw(PAGE_SCRIPT)}</script>
</body>
</html>
`;
}

function operationsOf({ paths }: Document, tag: string): Placed[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => tags.includes(tag))
      .map(([method, operation]) => ({ ...operation, method, path })),
  );
}

function tagContents(name: string, operations: readonly Placed[]): Html {
  return html`<p class="group"><a href="#${tagId(name)}">${title(name)}</a></p>
<ul>${operations.map(
    ({ operationId, summary, method, path }) =>
      html`<li data-words="${`${summary} ${method} ${path} ${operationId}`.toLowerCase()}"><a href="#${operationId}">${methodBadge(method)}<span>${summary}</span></a></li>`,
  )}</ul>`;
}

function introduction({ info, components }: Document): Html {
  const { bearer } = components.securitySchemes;
  const codes = PROBLEM_CODES.toSorted((one, other) => PROBLEMS[one].status - PROBLEMS[other].status).map(refusalRow);
  return html`<section class="introduction" aria-labelledby="top">
<h1 id="top">${info.title}</h1>
<p class="lead">${info.summary}</p>
${prose(info.description)}
<p><strong>For programs</strong> there is all of this as an OpenAPI 3.1 document, <a href="/openapi.json">openapi.json</a>.</p>
<h2 id="authentication"><a href="#authentication">Authentication</a></h2>
${prose(bearer?.description ?? '')}
<h2 id="refusals"><a href="#refusals">Refusals</a></h2>
<p>Every refusal has a body of the type <code>application/problem+json</code>. What its <code>code</code> can be, those included that only ingest nodes are told:</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="refusals"><table><thead><tr><th scope="col">Status</th><th scope="col">Code</th><th scope="col">Means</th></tr></thead><tbody>${codes}</tbody></table></div>
</section>`;
}

function refusalRow(code: ProblemCode): Html {
  const { status, title: means } = PROBLEMS[code];
  return html`<tr><td><span class="status bad">${status}</span></td><td><code>${code}</code></td><td>${means}.</td></tr>`;
}

function tagId(name: string): string {
  return `tag-${name.toLowerCase().replaceAll(' ', '-')}`;
}

function title(name: string): string {
  return name.replace(/^./, (first) => first.toUpperCase());
}

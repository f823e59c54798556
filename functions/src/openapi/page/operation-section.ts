import { html } from 'hono/html';
import { type ApiResponse, type Document, isReference, nameOf, type Operation, type Parameter } from '../document.ts';
import { curl, type Place } from './curl.ts';
import { jsonText } from './json-text.ts';
import { type Html, line, prose } from './prose.ts';
import { SchemaTree } from './schema-tree.ts';

const JSON_TYPE = 'application/json';

/** All that a reader needs to call one operation. */
export function operationSection(document: Document, operation: Operation, place: Place): Html {
  const { operationId, summary, description = '' } = operation;
  return html`<section class="operation" id="${operationId}" aria-labelledby="${operationId}-name">
<div class="told">
<h3 id="${operationId}-name"><a href="#${operationId}">${summary}</a></h3>
<p class="address">${methodBadge(place.method)} <code>${breakable(place.path)}</code></p>
<p class="needs">${needs(operation)}</p>
${prose(description)}
${parameters(document, operation, 'path', 'Path')}
${parameters(document, operation, 'query', 'Query')}
${bodyFields(document, operation)}
${headers(document, operation)}
${answers(document, operation)}
</div>
<div class="shown">
${codeBlock('Request', html`${curl(document, operation, place)}`)}
${exampleAnswer(document, operation)}
</div>
</section>`;
}

/** The method of an operation, in its colour. */
export function methodBadge(method: string): Html {
  return html`<span class="method ${method}">${method.toUpperCase()}</span>`;
}

/** A line may end before a slash. */
function breakable(path: string): Html[] {
  return path.split(/(?=\/)/).map((part) => html`<wbr>${part}`);
}

function needs({ security }: Operation): Html {
  const scope = security[0]?.bearer?.[0];
  if (scope === undefined) return html`For <span class="scope">any</span> token`;
  if (scope === 'operator') return html`Needs the <span class="scope">operator</span>’s token`;
  return html`Needs the scope <span class="scope">${scope}</span>`;
}

function parameters(document: Document, operation: Operation, place: Parameter['in'], name: string): Html {
  const fields = parameterFields(document, operation, place);
  return fields.length === 0 ? html`` : html`<h4>${name}</h4><ul class="fields">${fields}</ul>`;
}

/** They are much the same everywhere, so they are not in the way. */
function headers(document: Document, operation: Operation): Html {
  const fields = parameterFields(document, operation, 'header');
  if (fields.length === 0) return html``;
  return html`<details class="headers"><summary>Headers</summary><ul class="fields">${fields}</ul></details>`;
}

function parameterFields({ components }: Document, operation: Operation, place: Parameter['in']): Html[] {
  const tree = new SchemaTree(components.schemas, 'sent');
  return operation.parameters.flatMap((it) => {
    const told = isReference(it) ? components.parameters[nameOf(it)] : it;
    if (told === undefined || told.in !== place) return [];
    return [tree.field(told.name, { ...told.schema, description: told.description }, told.required)];
  });
}

function bodyFields({ components }: Document, { requestBody }: Operation): Html {
  const schema = requestBody?.content[JSON_TYPE]?.schema;
  if (schema === undefined) return html``;
  return html`<h4>Body</h4>${new SchemaTree(components.schemas, 'sent').of(schema)}`;
}

function answers(document: Document, { responses }: Operation): Html {
  const all = Object.entries(responses).map(([status, it]) => [status, response(document, it)] as const);
  const refusals = all.filter(([status]) => !status.startsWith('2'));
  return html`<h4>Answers</h4>
<ul class="answers">${all.filter(([status]) => status.startsWith('2')).map(([status, it]) => goodAnswer(document, status, it))}</ul>
<details class="refusals"><summary>Refusals</summary><dl>${refusals.map(
    ([status, { description }]) =>
      html`<dt><span class="status bad">${status}</span></dt><dd>${line(description)}</dd>`,
  )}</dl></details>`;
}

function goodAnswer(
  { components }: Document,
  status: string,
  { description, headers = {}, content }: ApiResponse,
): Html {
  const schema = content?.[JSON_TYPE]?.schema;
  const own = Object.keys(headers).filter((name) => name === 'etag' || name === 'location');
  const inHead =
    own.length === 0 ? '' : html` <span class="dim">with ${own.map((name) => html`<code>${name}</code> `)}</span>`;
  const head = html`<span class="status good">${status}</span> ${line(description)}${inHead}`;
  if (schema === undefined) return html`<li><p>${head}</p></li>`;
  return html`<li><details><summary>${head}</summary>${new SchemaTree(components.schemas, 'answered').of(schema)}</details></li>`;
}

function response({ components }: Document, it: Operation['responses'][string]): ApiResponse {
  const told = isReference(it) ? components.responses[nameOf(it)] : it;
  return told ?? { description: '' };
}

function exampleAnswer(document: Document, { responses }: Operation): Html {
  // The last of the good ones is the one that made something.
  const good = Object.entries(responses).filter(([status]) => /^20[01]$/.test(status));
  const [status, it] = good.at(-1) ?? [];
  const example = it === undefined ? undefined : response(document, it).content?.[JSON_TYPE]?.example;
  return example === undefined ? html`` : codeBlock(`Answer ${status}`, html`${jsonText(example)}`);
}

function codeBlock(title: string, text: Html): Html {
  return html`<figure class="code"><figcaption>${title}<button type="button" class="copy" aria-label="Copy: ${title}" hidden>Copy</button></figcaption>
<pre tabindex="0"><code>${text}</code></pre></figure>`;
}

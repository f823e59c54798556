import { html } from 'hono/html';
import type { JsonSchema } from '../document.ts';
import { type Html, line } from './prose.ts';
import { kindsOf, limitWords, resolved, typeWords } from './schema-words.ts';

/** Deeper than any schema here; one that holds itself ends there. */
const DEPTH_MAX = 6;

/** Who sends must know what it must not leave out; who reads, what may not be there. */
type Way = 'sent' | 'answered';

/** The fields of a schema, as a tree that can be opened. */
export class SchemaTree {
  readonly #components: Readonly<Record<string, JsonSchema>>;
  readonly #way: Way;

  constructor(components: Readonly<Record<string, JsonSchema>>, way: Way) {
    this.#components = components;
    this.#way = way;
  }

  /** The fields of an object, or of the objects in an array; of anything else what it is. */
  of(schema: JsonSchema, depth = 0): Html {
    const whole = resolved(schema, this.#components);
    const { properties, required = [] } = whole;
    if (properties === undefined) return this.#inside(whole, depth);
    const fields = Object.entries(properties).map(([name, field]) =>
      this.#field({ name, schema: typeof field === 'object' ? field : {}, isRequired: required.includes(name), depth }),
    );
    return html`<ul class="fields">${fields}</ul>`;
  }

  /** One value that has a name: a field, or a parameter. */
  field(name: string, schema: JsonSchema, isRequired: boolean): Html {
    return this.#field({ name, schema, isRequired, depth: 0 });
  }

  #field(field: { name: string; schema: JsonSchema; isRequired: boolean; depth: number }): Html {
    const { name, schema, isRequired, depth } = field;
    const whole = resolved(schema, this.#components);
    return html`<li class="field">
<p class="field-head"><code class="field-name">${name}</code> <span class="type">${typeWords(schema, this.#components)}</span>${this.#presence(isRequired)}</p>
${whole.description === undefined ? '' : html`<p class="field-text">${line(whole.description)}</p>`}
${this.#facts(whole)}
${depth < DEPTH_MAX && this.#hasInside(whole) ? html`<details><summary>${insideWords(whole, this.#components)}</summary>${this.#inside(whole, depth + 1)}</details>` : ''}
</li>`;
  }

  #presence(isRequired: boolean): Html {
    if (this.#way === 'sent') return isRequired ? html` <span class="required">required</span>` : html``;
    return isRequired ? html`` : html` <span class="type">· may be absent</span>`;
  }

  #facts(schema: JsonSchema): Html {
    const scalar = this.#scalarOf(schema);
    const each = this.#itemsOf(scalar);
    const values = scalar.enum ?? each?.enum ?? [];
    const facts = [
      ...(values.length === 0
        ? []
        : [html`<span>${join(values.map((value) => html`<code>${String(value)}</code>`))}</span>`]),
      ...limitWords({ ...scalar, ...schema }).map((words) => html`<span>${words}</span>`),
      ...(scalar.pattern === undefined
        ? []
        : [html`<span>matches <code class="pattern">${scalar.pattern}</code></span>`]),
      ...(schema.default === undefined
        ? []
        : [html`<span>default <code>${JSON.stringify(schema.default)}</code></span>`]),
    ];
    const isOfWords = each?.description !== undefined && !this.#hasInside(each);
    return html`${isOfWords ? html`<p class="field-text dim">Each: ${line(each.description ?? '')}</p>` : ''}
${facts.length === 0 ? '' : html`<p class="facts">${facts}</p>`}`;
  }

  /** Of a schema that may be null the one that is not, and of all others themselves. */
  #scalarOf(schema: JsonSchema): JsonSchema {
    const [only, ...more] = kindsOf(schema).kinds;
    return only === undefined || more.length > 0 ? schema : resolved(only, this.#components);
  }

  #itemsOf({ items }: JsonSchema): JsonSchema | undefined {
    return typeof items === 'object' && !Array.isArray(items) ? resolved(items, this.#components) : undefined;
  }

  #hasInside(schema: JsonSchema): boolean {
    const whole = resolved(schema, this.#components);
    if (whole.properties !== undefined) return true;
    const items = this.#itemsOf(whole);
    return (
      (items !== undefined && this.#hasInside(items)) || kindsOf(whole).kinds.some((kind) => this.#hasInside(kind))
    );
  }

  #inside(schema: JsonSchema, depth: number): Html {
    const whole = resolved(schema, this.#components);
    if (whole.properties !== undefined) return this.of(whole, depth);
    const items = this.#itemsOf(whole);
    if (items !== undefined) return this.#inside(items, depth);
    const { kinds } = kindsOf(whole);
    return html`${kinds.filter((kind) => this.#hasInside(kind)).map((kind) => this.#kind(kind, depth))}`;
  }

  #kind(kind: JsonSchema, depth: number): Html {
    const { description, properties = {} } = resolved(kind, this.#components);
    const [told] = Object.values(properties).flatMap((it) =>
      typeof it === 'object' && it.const !== undefined ? [it.const] : [],
    );
    if (told === undefined) return this.#inside(kind, depth);
    return html`<details class="kind"><summary><code>${String(told)}</code> ${line(description ?? '')}</summary>${this.of(kind, depth + 1)}</details>`;
  }
}

function insideWords(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>): string {
  const { kinds } = kindsOf(schema);
  if (kinds.every((kind) => resolved(kind, components).properties !== undefined) && kinds.length > 1)
    return 'Show its kinds';
  return typeWords(schema, components).includes('array') ? 'Show the fields of each' : 'Show its fields';
}

function join(parts: readonly Html[]): Html[] {
  return parts.map((part, index) => (index === 0 ? part : html` · ${part}`));
}

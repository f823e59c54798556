import { type JsonSchema, nameOf } from './document.ts';

/** Schemas that hold themselves end somewhere. */
const DEPTH_MAX = 16;
/** Names of times (the names of this API say what they are). */
const TIME = /((^a|A)t|Before)Ms$/;
const EXAMPLE_TIME_MS = Date.UTC(2026, 10, 1, 18);

/** Examples of what schemas take, out of what they say. */
export class Examples {
  readonly #components: Readonly<Record<string, JsonSchema>>;

  constructor(components: Readonly<Record<string, JsonSchema>>) {
    this.#components = components;
  }

  /**
   * What a schema names as an example, else its default, else the least that it asks for. Of an object all fields that
   * it asks for, and those of the rest that name an example. `undefined`: it is too particular to be guessed.
   */
  of(schema: JsonSchema, name = '', depth = 0): unknown {
    if (depth > DEPTH_MAX) return undefined;
    const { examples, default: byDefault, enum: values = [schema.const], oneOf, anyOf, allOf } = schema;
    const [named = byDefault ?? values[0]] = examples ?? [];
    if (named !== undefined) return named;
    const [one] = oneOf ?? anyOf ?? allOf ?? [];
    const inner = schema.$ref === undefined ? one : this.#components[nameOf({ $ref: schema.$ref })];
    return inner === undefined ? this.#ofType(schema, name, depth) : this.of(inner, name, depth + 1);
  }

  #ofType(schema: JsonSchema, name: string, depth: number): unknown {
    const { type, minimum = 0, exclusiveMinimum = -1, items, pattern, format, minLength = 0 } = schema;
    switch (Array.isArray(type) ? type[0] : type) {
      case 'object':
        return this.#ofObject(schema, depth);
      case 'array':
        return this.#ofArray(typeof items === 'object' && !Array.isArray(items) ? items : {}, depth);
      case 'boolean':
        return false;
      case 'integer':
      case 'number':
        return TIME.test(name) ? EXAMPLE_TIME_MS : Math.max(minimum, Number(exclusiveMinimum) + 1, 0);
      case 'string':
        return pattern === undefined && format === undefined ? 'x'.repeat(minLength) : undefined;
      default:
        return undefined;
    }
  }

  #ofArray(items: JsonSchema, depth: number): unknown {
    const item = this.of(items, '', depth + 1);
    return item === undefined ? undefined : [item];
  }

  #ofObject({ properties = {}, required = [] }: JsonSchema, depth: number): unknown {
    const fields = Object.entries(properties).flatMap(([name, field]) => {
      const isShown = typeof field === 'object' && (required.includes(name) || this.#namesExample(field));
      return isShown ? [[name, this.of(field, name, depth + 1)] as const] : [];
    });
    // One field that cannot be guessed, and the whole is not an example.
    return fields.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(fields);
  }

  #namesExample({ examples, default: byDefault, $ref }: JsonSchema): boolean {
    if (examples !== undefined || byDefault !== undefined) return true;
    return $ref !== undefined && this.#components[nameOf({ $ref })]?.examples !== undefined;
  }
}

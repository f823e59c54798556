import fc, { type Arbitrary } from 'fast-check';
import { type JsonSchema, nameOf } from '../document.ts';

/** Longer ones say no more, and take long to make. */
const ITEMS_MORE_MAX = 4;
const CHARS_MAX = 200;

/** Makes values that a schema takes, for a test. */
export class SchemaArbitraries {
  readonly #components: Readonly<Record<string, JsonSchema>>;
  readonly #made = new Map<string, Arbitrary<unknown>>();

  constructor(components: Readonly<Record<string, JsonSchema>>) {
    this.#components = components;
  }

  of(schema: JsonSchema): Arbitrary<unknown> {
    const text = JSON.stringify(schema);
    const made = this.#made.get(text) ?? withExamples(schema, this.#make(schema));
    this.#made.set(text, made);
    return made;
  }

  #make(schema: JsonSchema): Arbitrary<unknown> {
    const { $ref, enum: values, oneOf, anyOf = oneOf, type } = schema;
    if ($ref !== undefined) return this.of(this.#components[nameOf({ $ref })] ?? {});
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (values !== undefined) return fc.constantFrom(...values);
    if (anyOf !== undefined) return fc.oneof(...anyOf.map((one) => this.of(one)));
    if (Array.isArray(type)) return fc.oneof(...type.map((one) => this.of({ ...schema, type: one })));
    if (type === 'object') return this.#object(schema);
    if (type === 'array') return this.#array(schema);
    return plain(schema);
  }

  #object(schema: JsonSchema): Arbitrary<unknown> {
    const { properties = {}, required = [], additionalProperties, propertyNames } = schema;
    if (typeof additionalProperties === 'object') {
      const names = typeof propertyNames === 'object' ? this.of(propertyNames).map(String) : fc.string();
      return fc.dictionary(names, this.of(additionalProperties), { maxKeys: ITEMS_MORE_MAX });
    }
    const fields = Object.entries(properties).map(([name, it]) => [name, this.of(typeof it === 'object' ? it : {})]);
    return fc.record<Record<string, unknown>>(Object.fromEntries(fields), { requiredKeys: required });
  }

  #array({ items, minItems = 0, maxItems = minItems + ITEMS_MORE_MAX }: JsonSchema): Arbitrary<unknown> {
    const item = typeof items === 'object' && !Array.isArray(items) ? this.of(items) : fc.jsonValue();
    return fc.array(item, { minLength: minItems, maxLength: Math.min(maxItems, minItems + ITEMS_MORE_MAX) });
  }
}

/** What only its examples tell of (a country, a network) would hardly ever be hit by chance. */
function withExamples({ examples = [] }: JsonSchema, others: Arbitrary<unknown>): Arbitrary<unknown> {
  if (examples.length === 0) return others;
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...examples) }, { weight: 1, arbitrary: others });
}

function plain(schema: JsonSchema): Arbitrary<unknown> {
  const { type, pattern, minLength = 0, maxLength = CHARS_MAX, multipleOf = 1 } = schema;
  const least = typeof schema.exclusiveMinimum === 'number' ? schema.exclusiveMinimum + 1 : undefined;
  const { minimum = least ?? Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema;
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'integer':
      return fc
        .integer({ min: Math.ceil(minimum / multipleOf), max: Math.floor(maximum / multipleOf) })
        .map((count) => count * multipleOf);
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'string':
      if (pattern === undefined) return fc.string({ minLength, maxLength, unit: 'grapheme' });
      return fc.stringMatching(new RegExp(pattern)).filter(({ length }) => length >= minLength && length <= maxLength);
    default:
      throw new Error(`no values are made of ${JSON.stringify(schema)}`);
  }
}

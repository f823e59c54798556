import { type JsonSchema, nameOf } from '../document.ts';

/** The schema itself, where it only refers to a component. */
export function resolved(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const { $ref, ...own } = schema;
  return $ref === undefined ? schema : { ...components[nameOf({ $ref })], ...own };
}

/** The kinds of a schema, without `null`, and whether it may be `null`. */
export function kindsOf({ anyOf, oneOf, type }: JsonSchema): { kinds: JsonSchema[]; isNullable: boolean } {
  const all = anyOf ?? oneOf ?? [];
  const kinds = all.filter((kind) => kind.type !== 'null');
  return { kinds, isNullable: kinds.length < all.length || (Array.isArray(type) && type.includes('null')) };
}

/** What of type a schema is, in words. */
export function typeWords(schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>): string {
  const whole = resolved(schema, components);
  const { type, format, items } = whole;
  const { kinds, isNullable } = kindsOf(whole);
  const orNull = isNullable ? ' or null' : '';
  if (kinds.length > 0) return [...new Set(kinds.map((kind) => typeWords(kind, components)))].join(' or ') + orNull;
  if (whole.const !== undefined) return JSON.stringify(whole.const);
  const single = Array.isArray(type) ? type.find((one) => one !== 'null') : type;
  if (single === 'array') {
    const of = typeof items === 'object' && !Array.isArray(items) ? typeWords(items, components) : 'anything';
    return `array of ${of.replace(/^(string|integer|number|object)$/, '$1s')}${orNull}`;
  }
  return `${format === 'uri' ? 'URL' : (single ?? 'anything')}${orNull}`;
}

/** The limits of a schema, in words. */
export function limitWords(schema: JsonSchema): string[] {
  const { minLength, maxLength, minItems, maxItems, minimum, maximum, multipleOf, minProperties } = schema;
  const { exclusiveMinimum } = schema;
  const least = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : minimum;
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  return [
    range(minLength, maxLength, 'characters'),
    range(minItems, maxItems, 'items'),
    range(minProperties, undefined, 'fields'),
    range(least, most, ''),
    multipleOf === undefined ? '' : `a multiple of ${multipleOf}`,
  ].filter((words) => words !== '');
}

function range(min: number | undefined, max: number | undefined, of: string): string {
  if (min === undefined && max === undefined) return '';
  if (min === max) return `${amount(max)} ${of}`.trim();
  if (min === undefined) return `up to ${amount(max)} ${of}`.trim();
  if (max === undefined) return `at least ${amount(min)} ${of.replace(/s$/, min === 1 ? '' : 's')}`.trim();
  return `${amount(min)} to ${amount(max)} ${of}`.trim();
}

function amount(value: number | undefined): string {
  return (value ?? 0).toLocaleString('en');
}

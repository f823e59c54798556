import { type JsonSchema, nameOf } from './document.ts';

const COMPONENTS = '#/components/schemas/';

/**
 * Components with the kinds of discriminated unions among them: a discriminator can name nothing else (OpenAPI 3.1,
 * Discriminator Object). What tells the kinds of a union apart stands in its `discriminator`, a field's name.
 */
export function withKinds(components: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  const all = { ...components };
  for (const [id, { discriminator, oneOf = [], ...rest }] of Object.entries(components)) {
    if (typeof discriminator !== 'string') continue;
    const mapping: Record<string, string> = {};
    const refs = oneOf.map((kind) => {
      const whole = kind.$ref === undefined ? kind : components[nameOf({ $ref: kind.$ref })];
      const values = valuesOf(whole?.properties?.[discriminator]);
      const [first] = values;
      if (whole === undefined || first === undefined)
        throw new Error(`a kind of ${id} says nothing in ${discriminator}`);
      const $ref = kind.$ref ?? `${COMPONENTS}${id}${pascal(first)}`;
      all[nameOf({ $ref })] = whole;
      for (const value of values) mapping[value] = $ref;
      return { $ref };
    });
    all[id] = { ...rest, oneOf: refs, discriminator: { propertyName: discriminator, mapping } };
  }
  return all;
}

function valuesOf(schema: JsonSchema | boolean | undefined): string[] {
  if (typeof schema !== 'object') return [];
  return [...(schema.enum ?? []), schema.const].filter((value) => typeof value === 'string');
}

function pascal(text: string): string {
  return text.replaceAll(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

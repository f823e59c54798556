import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../document.ts';
import { limitWords, typeWords } from './schema-words.ts';

const components: Record<string, JsonSchema> = { Name: { type: 'string' }, Thing: { type: 'object' } };

describe('the words for a schema', () => {
  it.each<[JsonSchema, string]>([
    [{ type: 'string' }, 'string'],
    [{ type: 'string', format: 'uri' }, 'URL'],
    [{ $ref: '#/components/schemas/Name' }, 'string'],
    [{ type: ['string', 'null'] }, 'string or null'],
    [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 'integer or null'],
    [
      { anyOf: [{ const: 'auto' }, { type: 'array', items: { $ref: '#/components/schemas/Thing' } }] },
      '"auto" or array of objects',
    ],
    [{ oneOf: [{ type: 'object' }, { type: 'object' }] }, 'object'],
    [{ type: 'array', items: { type: 'string' } }, 'array of strings'],
  ])('%j is %s', (schema, words) => {
    expect(typeWords(schema, components)).toBe(words);
  });

  it.each<[JsonSchema, string[]]>([
    [{ minLength: 1, maxLength: 80 }, ['1 to 80 characters']],
    [{ minLength: 2, maxLength: 2 }, ['2 characters']],
    [{ maxLength: 2_048 }, ['up to 2,048 characters']],
    [{ minItems: 1 }, ['at least 1 item']],
    [{ minItems: 2 }, ['at least 2 items']],
    [{ minimum: 90, maximum: 4_320, multipleOf: 2 }, ['90 to 4,320', 'a multiple of 2']],
    [{ exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER }, ['at least 1']],
    [{ maximum: Number.MAX_SAFE_INTEGER }, []],
    [{ minProperties: 1 }, ['at least 1 field']],
  ])('%j is limited to %j', (schema, words) => {
    expect(limitWords(schema)).toEqual(words);
  });
});

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JsonSchemas } from './json-schemas.ts';

const Name = z
  .string()
  .regex(/^[a-z]{2,8}$/)
  .brand<'Name'>()
  .meta({ id: 'Name', description: 'A name.' });
const Event = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('has-begun'), name: Name }).describe('It began.'),
    z.strictObject({ kind: z.literal('is-over'), count: z.int() }),
  ])
  .meta({ id: 'Event', description: 'What happened.' });

function given(schema: z.ZodType) {
  const schemas = new JsonSchemas({ input: [], output: [schema] });
  return { json: schemas.of(schema, 'output'), components: schemas.components };
}

function taken(schema: z.ZodType) {
  return new JsonSchemas({ input: [schema], output: [] }).of(schema, 'input');
}

describe('JSON Schemas of zod schemas', () => {
  it('refer to what has an id, and say it once', () => {
    const { json, components } = given(z.object({ one: Name, more: z.array(Name), none: Name.nullable() }));
    const $ref = '#/components/schemas/Name';
    expect(json.properties).toEqual({
      one: { $ref },
      more: { type: 'array', items: { $ref } },
      none: { anyOf: [{ $ref }, { type: 'null' }] },
    });
    expect(components).toEqual({ Name: { type: 'string', pattern: '^[a-z]{2,8}$', description: 'A name.' } });
  });

  it('have the limits of what is refined', () => {
    expect(taken(z.int().positive().max(90).multipleOf(2))).toEqual({
      type: 'integer',
      exclusiveMinimum: 0,
      maximum: 90,
      multipleOf: 2,
    });
    expect(taken(z.array(z.boolean()).min(1).max(3))).toMatchObject({ minItems: 1, maxItems: 3 });
    expect(taken(z.string().trim().min(1).max(80))).toEqual({ type: 'string', minLength: 1, maxLength: 80 });
    expect(taken(z.record(Name, z.int().max(5)))).toMatchObject({
      propertyNames: { $ref: '#/components/schemas/Name' },
      additionalProperties: { maximum: 5 },
    });
  });

  it('say where a number needs more than 32 bits, and nothing of limits that nobody chose', () => {
    expect(taken(z.int())).toEqual({ type: 'integer', maximum: Number.MAX_SAFE_INTEGER, format: 'int64' });
    expect(taken(z.int().min(5).max(10))).toEqual({ type: 'integer', minimum: 5, maximum: 10 });
  });

  it('know what is taken from what is given', () => {
    const schema = z.object({ name: z.string().default(''), extra: z.string().optional() });
    expect(taken(schema).required).toBeUndefined();
    expect(given(schema).json).toMatchObject({ required: ['name'] });
    expect(taken(z.string().transform(Number))).toEqual({ type: 'string' });
    expect(taken(z.strictObject({}))).toMatchObject({ additionalProperties: false });
    // Who reads answers is not to break when they have more.
    expect(given(schema).json).not.toHaveProperty('additionalProperties');
  });

  it('name the kinds of a union by what tells them apart', () => {
    const { components } = given(z.object({ event: Event }));
    expect(components.Event).toEqual({
      description: 'What happened.',
      oneOf: [{ $ref: '#/components/schemas/EventHasBegun' }, { $ref: '#/components/schemas/EventIsOver' }],
      discriminator: {
        propertyName: 'kind',
        mapping: {
          'has-begun': '#/components/schemas/EventHasBegun',
          'is-over': '#/components/schemas/EventIsOver',
        },
      },
    });
    expect(components.EventHasBegun).toMatchObject({ description: 'It began.', required: ['kind', 'name'] });
  });

  it('keep the names of kinds that have one, and all words that tell them apart', () => {
    const Named = z.object({ kind: z.enum(['a', 'b']) }).meta({ id: 'Named', description: 'A or b.' });
    const Union = z
      .discriminatedUnion('kind', [Named, z.object({ kind: z.literal('c_d') })])
      .meta({ id: 'Union', description: 'One of them.' });
    const $ref = '#/components/schemas/Named';
    const { components } = given(z.object({ one: Union.optional() }));
    expect(components.Union).toMatchObject({
      oneOf: [{ $ref }, { $ref: '#/components/schemas/UnionCD' }],
      discriminator: { mapping: { a: $ref, b: $ref, c_d: '#/components/schemas/UnionCD' } },
    });
    expect(Object.keys(components).sort()).toEqual(['Named', 'Union', 'UnionCD']);
  });

  it('say nothing of what tells kinds apart where the union has no name', () => {
    const { json } = given(z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') })]));
    expect(json).not.toHaveProperty('discriminator');
  });

  it('are refused where one id is two things', () => {
    const both = z.object({ name: z.string().default('') }).meta({ id: 'Both' });
    expect(() => new JsonSchemas({ input: [both], output: [both] })).toThrow(/Both is not the same/);
    expect(() => new JsonSchemas({ input: [both], output: [] }).of(both, 'output')).toThrow(/not one of those/);
  });
});

import { z } from 'zod';
import { type JsonSchema, nameOf } from './document.ts';
import { withKinds } from './union-kinds.ts';

/** Which side of a schema is meant: what is taken, or what is given. */
export type Side = 'input' | 'output';

/** JSON numbers beyond this need more than 32 bits, which generated clients have to be told. */
const INT32_MAX = 2 ** 31 - 1;

/** The zod schemas of an API. */
export interface ApiSchemas {
  /** Of what is sent to it. */
  readonly input: readonly z.ZodType[];
  /** Of what it answers. */
  readonly output: readonly z.ZodType[];
}

/** JSON Schemas out of zod schemas. Those with an id (`.meta({ id })`) are components, wherever they stand. */
export class JsonSchemas {
  readonly components: Readonly<Record<string, JsonSchema>>;
  readonly #converted: Readonly<Record<Side, ReadonlyMap<z.ZodType, JsonSchema>>>;

  constructor(schemas: ApiSchemas) {
    const input = convert(schemas.input, 'input');
    const output = convert(schemas.output, 'output');
    this.#converted = { input: input.bySchema, output: output.bySchema };
    this.components = withKinds(merge(input.components, output.components));
  }

  of(schema: z.ZodType, side: Side): JsonSchema {
    const converted = this.#converted[side].get(schema);
    if (converted === undefined) throw new Error('this schema is not one of those that were converted');
    return converted;
  }

  /** The component that a schema refers to, or the schema itself. */
  resolve(schema: JsonSchema): JsonSchema {
    return schema.$ref === undefined ? schema : (this.components[nameOf({ $ref: schema.$ref })] ?? schema);
  }
}

/** All in one go: what several of them have within them is the same component then. */
function convert(schemas: readonly z.ZodType[], side: Side) {
  const unique = [...new Set(schemas)];
  const all = z.toJSONSchema(z.object(Object.fromEntries(unique.map((schema, index) => [`s${index}`, schema]))), {
    io: side,
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      // Answers get more fields in time, and who reads them is not to break on it.
      if (def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties;
      // Of those without an id nothing can be said.
      const isNamed = z.globalRegistry.get(zodSchema)?.id !== undefined;
      if (isNamed && def.type === 'union' && 'discriminator' in def) jsonSchema.discriminator = def.discriminator;
      // Every whole number that JSON.parse keeps. It is no limit that anybody chose.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.type === 'integer' && (jsonSchema.maximum ?? 0) > INT32_MAX) jsonSchema.format = 'int64';
    },
  });
  const { properties = {}, $defs = {} }: JsonSchema = JSON.parse(JSON.stringify(all), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', '#/components/schemas/') : value,
  );
  const converted = unique.map((schema, index) => {
    const json = properties[`s${index}`];
    if (typeof json !== 'object') throw new Error('a schema was not converted');
    return [schema, json] as const;
  });
  return { bySchema: new Map(converted), components: $defs };
}

function merge(input: Record<string, JsonSchema>, output: Record<string, JsonSchema>): Record<string, JsonSchema> {
  for (const [id, schema] of Object.entries(output)) {
    if (id in input && JSON.stringify(input[id]) !== JSON.stringify(schema)) {
      throw new Error(`${id} is not the same where it is sent and where it is answered: give them two ids`);
    }
  }
  return { ...input, ...output };
}

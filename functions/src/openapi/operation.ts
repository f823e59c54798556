import type { z } from 'zod';
import type { ApiRoute } from './api-route.ts';
import type { ApiResponse, MediaType, Operation, Parameter, Reference } from './document.ts';
import { Examples } from './example.ts';
import { headerRefs, sharedParameter, sharedParameters } from './headers.ts';
import type { ApiSchemas, JsonSchemas, Side } from './json-schemas.ts';
import { refusalResponses } from './refusal-responses.ts';

type Content = Readonly<Record<string, { readonly schema: z.ZodType }>>;

const REFUSALS = new Set(['4XX', '5XX']);
/** What is answered to a request that made something, or may be asked again. */
const REPLAYED = 'idempotency-replayed';

/** The zod schemas of a route. */
export function schemasOf({ request, responses }: ApiRoute): ApiSchemas {
  const parameters = [request.params, request.query, request.headers].filter((fields) => fields !== undefined);
  const contents = Object.values(responses).map(({ content = {} }) => content);
  return {
    input: [...parameters, ...bodiesOf(request.body?.content ?? {})],
    output: contents.flatMap((content) => bodiesOf(content)),
  };
}

function bodiesOf(content: Content): z.ZodType[] {
  return Object.values(content).map(({ schema }) => schema);
}

/** A route, as a document tells of it. */
export function operationOf(route: ApiRoute, schemas: JsonSchemas): Operation {
  const { operationId, tags, summary, description, security, request } = route;
  return {
    operationId,
    tags,
    summary,
    ...(description !== undefined && { description }),
    security,
    parameters: [...ownParameters(request, schemas), ...sharedParameters(route)],
    ...(request.body !== undefined && {
      requestBody: {
        required: request.body.required,
        content: contentOf(request.body.content, schemas, 'input'),
      },
    }),
    responses: responsesOf(route, schemas),
  };
}

function ownParameters(request: ApiRoute['request'], schemas: JsonSchemas): (Parameter | Reference)[] {
  return [
    ...parametersIn('path', request.params, schemas),
    ...parametersIn('query', request.query, schemas),
    ...parametersIn('header', request.headers, schemas).map((it) => sharedParameter(it.name) ?? it),
  ];
}

function parametersIn(place: Parameter['in'], fields: z.ZodObject | undefined, schemas: JsonSchemas): Parameter[] {
  if (fields === undefined) return [];
  const { properties = {}, required = [] } = schemas.of(fields, 'input');
  return Object.entries(properties).map(([name, schema]) => {
    if (typeof schema !== 'object') throw new Error(`${name} has no schema`);
    const { description = schemas.resolve(schema).description ?? '', ...rest } = schema;
    return { name, in: place, required: required.includes(name), description, schema: rest };
  });
}

function contentOf(content: Content, schemas: JsonSchemas, side: Side): Record<string, MediaType> {
  const types = Object.entries(content).map(([type, { schema: zodSchema }]) => {
    const schema = schemas.of(zodSchema, side);
    const example = new Examples(schemas.components).of(schema);
    return [type, example === undefined ? { schema } : { schema, example }] as const;
  });
  return Object.fromEntries(types);
}

function responsesOf(route: ApiRoute, schemas: JsonSchemas): Operation['responses'] {
  const replayed = route.method === 'post' ? [REPLAYED] : [];
  const good = Object.entries(route.responses)
    .filter(([status]) => !REFUSALS.has(status))
    .map(([status, { description, headers, content }]) => {
      const response: ApiResponse = {
        description,
        headers: { ...headers, ...headerRefs(['x-request-id', ...replayed]) },
        ...(content !== undefined && { content: contentOf(content, schemas, 'output') }),
      };
      return [status, response] as const;
    });
  return { ...Object.fromEntries(good), ...refusalResponses(route) };
}

import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { PROBLEM_CODES } from '../http/problem.ts';

const Schema = z.instanceof(z.ZodType);
const Fields = z.instanceof(z.ZodObject).optional();
const Content = z.record(z.string(), z.object({ schema: Schema }));

/** A route as it was registered, as far as it is documented. */
export const ApiRoute = z.object({
  method: z.enum(['get', 'post', 'put', 'patch', 'delete']),
  path: z.string(),
  operationId: z.string(),
  tags: z.array(z.string()).length(1),
  summary: z.string(),
  description: z.string().optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).length(1),
  request: z
    .object({
      params: Fields,
      query: Fields,
      headers: Fields,
      body: z.object({ required: z.boolean().default(false), content: Content }).optional(),
    })
    .default({}),
  responses: z
    .record(
      z.string(),
      z.object({
        description: z.string(),
        headers: z.record(z.string(), z.object({ $ref: z.string() })).default({}),
        content: Content.optional(),
        /** Of a refusal: those of this route, beyond what every route says. */
        codes: z.array(z.enum(PROBLEM_CODES)).optional(),
      }),
    )
    .refine((responses) => responses['4XX']?.codes !== undefined, 'a route says which refusals are its own'),
});
export type ApiRoute = z.infer<typeof ApiRoute>;

/** What ingest nodes and the edge call is not for others. */
const NOT_DOCUMENTED = /^\/v1\/(ingest|edge)\//;

/** The documented routes of an app, in the order in which they were made. Throws where one lacks what is documented. */
export function apiRoutes({ openAPIRegistry }: Pick<OpenAPIHono, 'openAPIRegistry'>): ApiRoute[] {
  return openAPIRegistry.definitions.flatMap((definition) => {
    if (!('type' in definition) || definition.type !== 'route') return [];
    const { method, path } = definition.route;
    if (NOT_DOCUMENTED.test(path)) return [];
    const route = ApiRoute.safeParse({ ...definition.route, path: path.replace(/(?<=.)\/$/, '') });
    if (!route.success) throw new Error(`${method} ${path} lacks what is documented`, { cause: route.error });
    return [route.data];
  });
}

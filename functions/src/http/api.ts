import { OpenAPIHono, type z } from '@hono/zod-openapi';
import { PROBLEM_CONTENT_TYPE } from '@sluice/contracts';
import type { MiddlewareHandler } from 'hono';
import { type Caller, mayCall } from '../access/caller.ts';
import type { NeededScope } from '../access/scope.ts';
import { describeFaults } from './parse.ts';
import { Problem, type ProblemCode, problem } from './problem.ts';
import { Refusal } from './refusal.ts';

/** What is known of a request while it is answered. */
export interface ApiEnv {
  Variables: {
    readonly caller: Caller;
    /** In the answer's head, the log and the audit. */
    readonly requestId: string;
  };
}

const PARTS_OF_A_REQUEST: Record<string, string> = {
  json: 'The body',
  query: 'The query',
  param: 'The address',
  header: 'The head',
};

/** An API whose requests are checked by the schemas that it is documented by. */
export function newApi() {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const what = PARTS_OF_A_REQUEST[result.target] ?? 'The request';
      return problem('request-invalid', describeFaults(what, result.error.issues));
    },
  });
}

/** What a route asks of its caller. */
export function secured(scope: NeededScope) {
  return { security: [{ bearer: [scope] }], middleware: requireScope(scope) };
}

/** What a route asks of its caller that is for whoever has a token. */
export const forAnyToken: { readonly security: { bearer: string[] }[] } = { security: [{ bearer: [] }] };

function requireScope(scope: NeededScope): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (mayCall(c.var.caller, scope)) return await next();
    throw new Refusal('scope-missing', `This needs an API token with the scope ${scope}.`);
  };
}

const problems = { [PROBLEM_CONTENT_TYPE]: { schema: Problem } } as const;

const refusals = {
  '4XX': {
    description: 'Refused: the request or the state of what it is about. `code` says which.',
    content: problems,
  },
  '5XX': {
    description:
      'The control API failed, or something that it needs did not answer. The same request may be sent again.',
    content: problems,
  },
} as const;

/** The refusals of a route: these, and those that every route has (openapi/refusal-responses.ts). */
export function refuses(...codes: readonly ProblemCode[]) {
  return { '4XX': { ...refusals['4XX'], codes }, '5XX': { ...refusals['5XX'], codes: [] } } as const;
}

/** A JSON answer, as it is documented. */
export function answers<T extends z.ZodType>(description: string, schema: T) {
  return { description, content: { 'application/json': { schema } } };
}

/** A JSON body, as it is documented. */
export function body<T extends z.ZodType>(schema: T) {
  return { body: { required: true as const, content: { 'application/json': { schema } } } };
}

/** What the head of an answer has: the version of what is in the body. */
export const tagged = { headers: { etag: { $ref: '#/components/headers/etag' } } } as const;

/** And the address of what was made. */
export const placed = { headers: { location: { $ref: '#/components/headers/location' } } } as const;

/** Both. */
export const taggedAndPlaced = { headers: { ...tagged.headers, ...placed.headers } } as const;

/** An answer without a body. */
export const nothing = { 204: { description: 'Done.' } } as const;

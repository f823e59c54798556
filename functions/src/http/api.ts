import { OpenAPIHono, type z } from '@hono/zod-openapi';
import { Problem } from '@sluice/contracts';
import type { MiddlewareHandler } from 'hono';
import { type Caller, mayCall } from '../access/caller.ts';
import type { NeededScope } from '../access/scope.ts';
import { describeFaults } from './parse.ts';
import { problem } from './problem.ts';
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

function requireScope(scope: NeededScope): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (mayCall(c.var.caller, scope)) return await next();
    throw new Refusal('scope-missing', `This needs an API token with the scope ${scope}.`);
  };
}

/** The refusals of a route (RFC 9457), as all of them are documented. */
export const refusals = {
  '4XX': {
    description: 'Refused: the request or the state of what it is about. `code` says which.',
    content: { 'application/problem+json': { schema: Problem.meta({ id: 'Problem' }) } },
  },
  '5XX': {
    description:
      'The control API failed, or something that it needs did not answer. The same request may be sent again.',
    content: { 'application/problem+json': { schema: Problem.meta({ id: 'Problem' }) } },
  },
} as const;

/** A JSON answer, as it is documented. */
export function answers<T extends z.ZodType>(description: string, schema: T) {
  return { description, content: { 'application/json': { schema } } };
}

/** A JSON body, as it is documented. */
export function body<T extends z.ZodType>(schema: T) {
  return { body: { required: true as const, content: { 'application/json': { schema } } } };
}

/** An answer without a body. */
export const nothing = { 204: { description: 'Done.' } } as const;

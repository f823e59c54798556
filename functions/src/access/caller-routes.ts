import { createRoute, z } from '@hono/zod-openapi';
import { answers, forAnyToken, newApi, refuses } from '../http/api.ts';
import { TenantId } from '../tenants/tenant.ts';
import { ApiTokenId } from './api-token.ts';
import type { Caller } from './caller.ts';
import { SCOPES, Scope } from './scope.ts';

const ShownCaller = z
  .object({
    kind: z.enum(['operator', 'token']).meta({
      description: '`operator`: of the deployment, who may do everything, for any tenant (`sluice-tenant`).',
      examples: ['token'],
    }),
    tenantId: TenantId.describe('In whose name the request was made.'),
    scopes: z.array(Scope).describe('What the token may do. Of the operator: all of them.'),
    tokenId: ApiTokenId.nullable().describe('Names the API token; `null`: it is the operator.'),
    expiresAtMs: z
      .int()
      .nullable()
      .meta({ description: 'When the token ends; `null`: it does not end by itself.', examples: [null] }),
  })
  .meta({ id: 'Caller', description: 'Whose token a request was made with.' });
type ShownCaller = z.infer<typeof ShownCaller>;

/** `/v1/caller`. */
export function callerRoutes() {
  return newApi().openapi(SHOW, (c) => c.json(shownCaller(c.var.caller), 200));
}

function shownCaller(caller: Caller): ShownCaller {
  const { kind, tenantId } = caller;
  if (kind === 'operator') return { kind, tenantId, scopes: [...SCOPES], tokenId: null, expiresAtMs: null };
  return { kind, tenantId, scopes: [...caller.scopes], tokenId: caller.tokenId, expiresAtMs: caller.expiresAtMs };
}

const SHOW = createRoute({
  ...forAnyToken,
  operationId: 'showCaller',
  tags: ['API tokens'],
  method: 'get',
  path: '/',
  summary: 'Whose token this is',
  description: 'What a page asks first: whether a token is good, and what it may do. Any token may ask.',
  responses: { 200: answers('The caller.', ShownCaller), ...refuses() },
});

import { createRoute, z } from '@hono/zod-openapi';
import { answers, body, newApi, nothing, refuses, secured } from '../http/api.ts';
import { Refusal } from '../http/refusal.ts';
import {
  ApiToken,
  ApiTokenCreate,
  ApiTokenId,
  hashApiToken,
  MadeApiToken,
  makeApiToken,
  makeApiTokenId,
} from './api-token.ts';
import { API_TOKENS_PER_TENANT_MAX, type ApiTokens } from './api-tokens.ts';
import { mayCall } from './caller.ts';

const TOO_MANY = `There are ${API_TOKENS_PER_TENANT_MAX} API tokens already. Delete one that is not in use.`;

const ApiTokenList = z
  .object({ apiTokens: z.array(ApiToken) })
  .meta({ id: 'ApiTokenList', description: 'All API tokens of a tenant, the oldest first.' });

/** `/v1/api-tokens`. */
export function apiTokenRoutes(tokens: ApiTokens, nowMs: () => number) {
  return newApi()
    .openapi(CREATE, async (c) => {
      const { caller } = c.var;
      const { name, scopes, expiresAtMs } = c.req.valid('json');
      const more = scopes.filter((scope) => !mayCall(caller, scope));
      if (more.length > 0) {
        throw new Refusal('scope-missing', `A token can give no scope that it does not have: ${more.join(', ')}.`);
      }
      if (expiresAtMs !== null && expiresAtMs <= nowMs()) {
        throw new Refusal('request-invalid', 'expiresAtMs is over already.');
      }
      const secret = makeApiToken();
      const token: ApiToken = {
        tokenId: makeApiTokenId(),
        tenantId: caller.tenantId,
        name,
        scopes: [...new Set(scopes)],
        createdAtMs: nowMs(),
        expiresAtMs,
      };
      if ((await tokens.create(token, hashApiToken(secret))) === 'full') {
        throw new Refusal('too-many-api-tokens', TOO_MANY);
      }
      return c.json({ ...token, apiToken: secret }, 201);
    })
    .openapi(LIST, async (c) => c.json({ apiTokens: await tokens.list(c.var.caller.tenantId) }, 200))
    .openapi(DELETE, async (c) => {
      await tokens.remove(c.var.caller.tenantId, c.req.valid('param').tokenId);
      return c.body(null, 204);
    });
}

const tags = ['API tokens'];

const CREATE = createRoute({
  ...secured('api-tokens:write'),
  tags,
  operationId: 'createApiToken',
  method: 'post',
  path: '/',
  summary: 'Make an API token',
  description: 'It is shown this once and kept as a hash only. It can have no scope that the caller does not have.',
  request: body(ApiTokenCreate),
  responses: {
    201: answers('The token. Secret.', MadeApiToken),
    ...refuses('too-many-api-tokens'),
  },
});

const LIST = createRoute({
  ...secured('api-tokens:read'),
  tags,
  operationId: 'listApiTokens',
  method: 'get',
  path: '/',
  summary: 'List API tokens',
  description: 'The oldest first, and never the tokens themselves.',
  responses: { 200: answers('All of them.', ApiTokenList), ...refuses() },
});

const DELETE = createRoute({
  ...secured('api-tokens:write'),
  tags,
  operationId: 'deleteApiToken',
  method: 'delete',
  path: '/{tokenId}',
  summary: 'Delete an API token',
  description: 'It opens nothing from the next request on.',
  request: { params: z.object({ tokenId: ApiTokenId }) },
  responses: { ...nothing, ...refuses() },
});

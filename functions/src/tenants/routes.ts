import { createRoute, z } from '@hono/zod-openapi';
import type { ApiTokens } from '../access/api-tokens.ts';
import type { Channels } from '../channels/channels.ts';
import { answers, body, newApi, nothing, refuses, secured } from '../http/api.ts';
import { Refusal } from '../http/refusal.ts';
import type { WebhookEndpoints } from '../webhooks/webhook-endpoints.ts';
import { TenantId } from './tenant.ts';
import { TENANTS_MAX, Tenant, type Tenants } from './tenants.ts';

const TenantCreate = z
  .strictObject({
    tenantId: TenantId,
    name: z
      .string()
      .trim()
      .max(80)
      .default('')
      .meta({ description: 'For people.', examples: ['Acme'] }),
  })
  .meta({ id: 'TenantCreate', description: 'The tenant to be made.' });
const TenantList = z
  .object({ tenants: z.array(Tenant) })
  .meta({ id: 'TenantList', description: 'All tenants but the default one, in the order of their ids.' });

export interface TenantParts {
  readonly tenants: Tenants;
  readonly channels: Channels;
  readonly tokens: ApiTokens;
  readonly endpoints: WebhookEndpoints;
  readonly nowMs: () => number;
}

/** `/v1/tenants`. */
export function tenantRoutes({ tenants, channels, tokens, endpoints, nowMs }: TenantParts) {
  return newApi()
    .openapi(CREATE, async (c) => {
      const tenant: Tenant = { ...c.req.valid('json'), createdAtMs: nowMs() };
      const outcome = await tenants.create(tenant);
      if (outcome === 'full') throw new Refusal('too-many-tenants', `There are ${TENANTS_MAX} tenants already.`);
      if (outcome === 'created') return c.json(tenant, 201);
      if (outcome.name === tenant.name) return c.json(outcome, 200);
      throw new Refusal('tenant-exists');
    })
    .openapi(LIST, async (c) => c.json({ tenants: await tenants.list() }, 200))
    .openapi(DELETE, async (c) => {
      const { tenantId } = c.req.valid('param');
      const [channel] = await channels.page({ tenantId, limit: 1 });
      const [token] = await tokens.list(tenantId);
      // Else they would be told of what another tenant of this name does.
      const [endpoint] = await endpoints.list(tenantId);
      if (channel !== undefined || token !== undefined || endpoint !== undefined) {
        throw new Refusal('tenant-in-use', 'Delete its channels, API tokens and webhook endpoints first.');
      }
      await tenants.remove(tenantId);
      return c.body(null, 204);
    });
}

const tags = ['tenants'];

const CREATE = createRoute({
  ...secured('operator'),
  tags,
  operationId: 'createTenant',
  method: 'post',
  path: '/',
  summary: 'Make a tenant',
  description:
    'What one tenant has the others do not see. API tokens are of one; the operator names it in `sluice-tenant`.',
  request: body(TenantCreate),
  responses: {
    200: answers('It is there.', Tenant),
    201: answers('It was made.', Tenant),
    ...refuses('tenant-exists', 'too-many-tenants'),
  },
});

const LIST = createRoute({
  ...secured('operator'),
  tags,
  operationId: 'listTenants',
  method: 'get',
  path: '/',
  summary: 'List tenants',
  description: 'Without `default`, which is always there.',
  responses: { 200: answers('All of them.', TenantList), ...refuses() },
});

const DELETE = createRoute({
  ...secured('operator'),
  tags,
  operationId: 'deleteTenant',
  method: 'delete',
  path: '/{tenantId}',
  summary: 'Delete a tenant that has nothing',
  request: { params: z.object({ tenantId: TenantId }) },
  responses: { ...nothing, ...refuses('tenant-in-use') },
});

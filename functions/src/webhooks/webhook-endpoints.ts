import { type Kept, Records } from '../storage/records.ts';
import type { Table } from '../storage/table.ts';
import type { TenantId } from '../tenants/tenant.ts';
import { WebhookEndpoint, type WebhookEndpointId } from './webhook-endpoint.ts';

/** Each event is kept and sent once for each of them. */
export const WEBHOOK_ENDPOINTS_PER_TENANT_MAX = 10;

/** The webhook endpoints of tenants. */
export class WebhookEndpoints {
  readonly #endpoints: Records<WebhookEndpoint>;

  constructor(table: Table) {
    this.#endpoints = new Records(table, WebhookEndpoint);
  }

  async create(endpoint: WebhookEndpoint): Promise<'created' | 'full'> {
    if ((await this.list(endpoint.tenantId)).length >= WEBHOOK_ENDPOINTS_PER_TENANT_MAX) return 'full';
    await this.#endpoints.put(keyOf(endpoint.tenantId, endpoint.endpointId), endpoint);
    return 'created';
  }

  get(tenantId: TenantId, endpointId: WebhookEndpointId): Promise<Kept<WebhookEndpoint> | undefined> {
    return this.#endpoints.get(keyOf(tenantId, endpointId));
  }

  /** The oldest first. */
  async list(tenantId: TenantId): Promise<WebhookEndpoint[]> {
    const found = await this.#endpoints.query({
      partition: `webhooks#${tenantId}`,
      limit: WEBHOOK_ENDPOINTS_PER_TENANT_MAX,
    });
    return found.map(({ value }) => value).sort((one, other) => one.createdAtMs - other.createdAtMs);
  }

  /** `undefined`: there is no such endpoint. */
  async change(
    tenantId: TenantId,
    endpointId: WebhookEndpointId,
    change: (endpoint: WebhookEndpoint) => WebhookEndpoint,
  ): Promise<WebhookEndpoint | undefined> {
    const changed = await this.#endpoints.change(keyOf(tenantId, endpointId), ({ value }) => ({ to: change(value) }));
    return changed?.value;
  }

  async remove(tenantId: TenantId, endpointId: WebhookEndpointId): Promise<void> {
    await this.#endpoints.remove(keyOf(tenantId, endpointId));
  }
}

function keyOf(tenantId: TenantId, endpointId: WebhookEndpointId) {
  return { partition: `webhooks#${tenantId}`, sort: endpointId };
}

import { z } from 'zod';
import { Records } from '../storage/records.ts';
import { ITEMS_PER_QUERY_MAX, type Table } from '../storage/table.ts';
import { DEFAULT_TENANT_ID, TenantId } from './tenant.ts';

/** All of them are listed in one answer. */
export const TENANTS_MAX = ITEMS_PER_QUERY_MAX;

/** A tenant as it is stored and shown. */
export const Tenant = z
  .object({
    tenantId: TenantId,
    name: z.string().meta({ description: 'For people.', examples: ['Acme'] }),
    createdAtMs: z.int().describe('When it was made.'),
  })
  .meta({ id: 'Tenant', description: 'A team. What one has the others do not see.' });
export type Tenant = z.infer<typeof Tenant>;

const ALL = 'tenants';

/** The tenants of a deployment. The default one is always there. */
export class Tenants {
  readonly #tenants: Records<Tenant>;

  constructor(table: Table) {
    this.#tenants = new Records(table, Tenant);
  }

  async create(tenant: Tenant): Promise<'created' | 'full' | Tenant> {
    const existing = await this.get(tenant.tenantId);
    if (existing !== undefined) return existing;
    if ((await this.list()).length >= TENANTS_MAX) return 'full';
    const written = await this.#tenants.put(keyOf(tenant.tenantId), tenant, { if: 'absent' });
    return written === 'conflict' ? ((await this.get(tenant.tenantId)) ?? 'full') : 'created';
  }

  async get(tenantId: TenantId): Promise<Tenant | undefined> {
    if (tenantId === DEFAULT_TENANT_ID) return { tenantId, name: 'default', createdAtMs: 0 };
    return (await this.#tenants.get(keyOf(tenantId)))?.value;
  }

  /** In the order of their ids; without the default one. */
  async list(): Promise<Tenant[]> {
    return (await this.#tenants.query({ partition: ALL, limit: TENANTS_MAX })).map(({ value }) => value);
  }

  async remove(tenantId: TenantId): Promise<void> {
    await this.#tenants.remove(keyOf(tenantId));
  }
}

function keyOf(tenantId: TenantId) {
  return { partition: ALL, sort: tenantId };
}

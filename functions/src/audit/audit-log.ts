import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Records } from '../storage/records.ts';
import type { Table } from '../storage/table.ts';
import { TenantId } from '../tenants/tenant.ts';

/** More than a year, as auditors ask. */
const KEPT_MS = 400 * 24 * 3_600_000;
const TIME_DIGITS = 15;
const ID_BYTES = 6;

/** One change that somebody made. It names what was changed, and holds nothing of what was sent. */
export const AuditRecord = z.object({
  /** The cursor of this record in the log. */
  auditId: z.string().regex(/^[0-9]{15}-[0-9a-f]{12}$/, 'an audit id is 15 digits, a - and 12 of 0-9 and a-f'),
  tenantId: TenantId,
  atMs: z.int(),
  /** `operator`, or `api-token` and its id. */
  actor: z.string(),
  method: z.string(),
  /** As the API is documented: `/v1/channels/{channelId}`. */
  operation: z.string(),
  /** What stood in the place of the names in braces. */
  target: z.record(z.string(), z.string()),
  /** Names of the fields that were sent. */
  fields: z.array(z.string()),
  status: z.int(),
  /** As the answer had it in `x-request-id`. */
  requestId: z.string(),
});
export type AuditRecord = z.infer<typeof AuditRecord>;

/** Who changed what, tenant by tenant. */
export class AuditLog {
  readonly #records: Records<AuditRecord>;

  constructor(table: Table) {
    this.#records = new Records(table, AuditRecord);
  }

  async write(record: Omit<AuditRecord, 'auditId'>): Promise<void> {
    const time = String(record.atMs).padStart(TIME_DIGITS, '0');
    const auditId = `${time}-${randomBytes(ID_BYTES).toString('hex')}`;
    const key = { partition: partitionOf(record.tenantId), sort: auditId };
    await this.#records.put(key, { ...record, auditId }, { expiresAtMs: record.atMs + KEPT_MS });
  }

  /** The newest first, from the one that comes before `before`. */
  async page(tenantId: TenantId, query: { readonly limit: number; readonly before?: string | undefined }) {
    const { limit, before: after } = query;
    const found = await this.#records.query({ partition: partitionOf(tenantId), isBackward: true, after, limit });
    return found.map(({ value }) => value);
  }
}

function partitionOf(tenantId: TenantId): string {
  return `audit#${tenantId}`;
}

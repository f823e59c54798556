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
export const AuditRecord = z
  .object({
    auditId: z
      .string()
      .regex(/^[0-9]{15}-[0-9a-f]{12}$/, 'an audit id is 15 digits, a - and 12 of 0-9 and a-f')
      .meta({ description: 'Where the record stands in the log.', examples: ['001793491200000-5f0c9a3e8a1b'] }),
    tenantId: TenantId,
    atMs: z.int().describe('When the change was made.'),
    actor: z.string().meta({
      description: 'Who made it: `operator`, or `api-token` and its id.',
      examples: ['api-token 3f9c1a7e55d2b480'],
    }),
    method: z.string().meta({ description: 'Of the request.', examples: ['PATCH'] }),
    operation: z
      .string()
      .meta({ description: 'Its path, as it is documented.', examples: ['/v1/channels/{channelId}'] }),
    target: z
      .record(z.string(), z.string())
      .meta({ description: 'What stood in the place of the names in braces.', examples: [{ channelId: 'demo' }] }),
    fields: z.array(z.string()).meta({ description: 'Names of the fields that were sent.', examples: [['isPrivate']] }),
    status: z.int().meta({ description: 'Of the answer.', examples: [200] }),
    requestId: z.string().meta({
      description: 'As the answer had it in `x-request-id`.',
      examples: ['b1d0c3f2-5a6e-4b7c-8d9e-0f1a2b3c4d5e'],
    }),
  })
  .meta({
    id: 'AuditRecord',
    description: 'One change that somebody made. It names what was changed, and holds nothing of what was sent.',
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

import { createRoute, z } from '@hono/zod-openapi';
import { answers, newApi, refuses, secured } from '../http/api.ts';
import { type AuditLog, AuditRecord } from './audit-log.ts';

const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('How many at most.'),
  before: AuditRecord.shape.auditId.optional().describe('`next` of the page before.'),
});
const AuditPage = z
  .object({
    records: z.array(AuditRecord),
    next: z
      .string()
      .nullable()
      .meta({ description: 'What to send as `before` for the next page; `null`: there is none.', examples: [null] }),
  })
  .meta({ id: 'AuditPage', description: 'Changes, the newest first.' });

/** `/v1/audit`. */
export function auditRoutes(audit: AuditLog) {
  return newApi().openapi(LIST, async (c) => {
    const { limit, before } = c.req.valid('query');
    const records = await audit.page(c.var.caller.tenantId, { limit: limit + 1, before });
    const page = records.slice(0, limit);
    return c.json({ records: page, next: records.length > limit ? (page.at(-1)?.auditId ?? null) : null }, 200);
  });
}

const LIST = createRoute({
  ...secured('audit:read'),
  tags: ['audit'],
  operationId: 'listAuditRecords',
  method: 'get',
  path: '/',
  summary: 'Who changed what',
  description: 'The newest first, for 400 days. `next` is the `before` of the next page, or null.',
  request: { query: PageQuery },
  responses: {
    200: answers('A page.', AuditPage),
    ...refuses(),
  },
});

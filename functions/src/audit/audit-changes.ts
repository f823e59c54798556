import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Logger } from 'pino';
import { callerName } from '../access/caller.ts';
import type { ApiEnv } from '../http/api.ts';
import type { AuditLog } from './audit-log.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Of the fields' names, which are ours where the request was good. */
const FIELDS_MAX = 40;

export interface AuditParts {
  readonly audit: AuditLog;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** The body, where the route has a schema for it. */
interface Checked {
  out: { json: unknown };
}

/** Writes an audit record of each change that was made, before its answer leaves. */
export function auditChanges({ audit, log, nowMs }: AuditParts): MiddlewareHandler<ApiEnv, string, Checked> {
  return async (c, next) => {
    await next();
    const { method } = c.req;
    if (READS.has(method) || c.res.status >= 400 || c.res.headers.has('idempotency-replayed')) return;
    const { caller, requestId } = c.var;
    const record = {
      tenantId: caller.tenantId,
      atMs: nowMs(),
      actor: callerName(caller),
      method,
      operation: (matchedRoutes(c).at(-1)?.path ?? c.req.path).replaceAll(/:([a-zA-Z]+)/g, '{$1}'),
      target: c.req.param(),
      // A body that nobody asked for may hold anything, and need not be JSON.
      fields: c.req.valid('json') === undefined ? [] : fieldsOf(await c.req.text()),
      status: c.res.status,
      requestId,
    };
    try {
      await audit.write(record);
    } catch (error) {
      // The change was made, and whoever made it must not be told otherwise.
      log.error({ err: error, audit: record }, 'an audit record could not be written');
    }
  };
}

function fieldsOf(text: string): string[] {
  if (text === '') return [];
  const body: unknown = JSON.parse(text);
  return typeof body === 'object' && body !== null ? Object.keys(body).slice(0, FIELDS_MAX) : [];
}

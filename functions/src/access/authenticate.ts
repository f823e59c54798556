import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from '../http/api.ts';
import { bearerOf, unauthorized } from '../http/bearer.ts';
import { Refusal } from '../http/refusal.ts';
import { DEFAULT_TENANT_ID, TenantId } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { hashApiToken } from './api-token.ts';
import type { ApiTokens } from './api-tokens.ts';

/** For whom the operator calls; the default tenant, if absent. */
export const TENANT_HEADER = 'sluice-tenant';

export interface AuthenticateParts {
  readonly tokens: ApiTokens;
  readonly tenants: Tenants;
  /** What the operator proves itself with. Secret. */
  readonly adminToken: string;
}

/** Finds out who calls (RFC 6750), or answers 401. How long that takes tells nothing of the operator's token. */
export function authenticate({ tokens, tenants, adminToken }: AuthenticateParts): MiddlewareHandler<ApiEnv> {
  const expected = digest(adminToken);
  return async (c, next) => {
    const brought = bearerOf(c.req.header('authorization'));
    if (brought === undefined) return unauthorized();
    // Digests have one length, so the comparison does not tell that of the token.
    if (timingSafeEqual(digest(brought), expected)) {
      c.set('caller', { kind: 'operator', tenantId: await tenantOf(tenants, c.req.header(TENANT_HEADER)) });
      return await next();
    }
    const token = await tokens.find(hashApiToken(brought));
    if (token === undefined) return unauthorized();
    const { tenantId, tokenId, scopes, expiresAtMs } = token;
    c.set('caller', { kind: 'token', tenantId, tokenId, scopes, expiresAtMs });
    return await next();
  };
}

async function tenantOf(tenants: Tenants, named: string | undefined): Promise<TenantId> {
  if (named === undefined) return DEFAULT_TENANT_ID;
  const tenantId = TenantId.safeParse(named);
  const tenant = tenantId.success ? await tenants.get(tenantId.data) : undefined;
  if (tenant === undefined) throw new Refusal('no-such-tenant', `The tenant in ${TENANT_HEADER} is not there.`);
  return tenant.tenantId;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

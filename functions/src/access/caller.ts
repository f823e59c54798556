import type { TenantId } from '../tenants/tenant.ts';
import type { ApiTokenId } from './api-token.ts';
import type { NeededScope, Scope } from './scope.ts';

/** Who calls the API, in whose name. */
export type Caller =
  | { readonly kind: 'operator'; readonly tenantId: TenantId }
  | {
      readonly kind: 'token';
      readonly tenantId: TenantId;
      readonly tokenId: ApiTokenId;
      readonly scopes: readonly Scope[];
      /** `null`: it does not end by itself. */
      readonly expiresAtMs: number | null;
    };

export function mayCall(caller: Caller, scope: NeededScope): boolean {
  return caller.kind === 'operator' || caller.scopes.some((its) => its === scope);
}

/** Who it was, for an audit record and for counting; no secret. */
export function callerName(caller: Caller): string {
  return caller.kind === 'operator' ? 'operator' : `api-token ${caller.tokenId}`;
}

import * as z from 'zod/mini';

/** `GET /v1/caller`: who calls, and what it may do. */
export const Caller = z.object({
  kind: z.enum(['operator', 'token']),
  tenantId: z.string(),
  scopes: z._default(z.array(z.string()), []),
  /** Of the API token; `null`: it is the operator. */
  tokenId: z._default(z.nullable(z.string()), null),
});
export type Caller = z.infer<typeof Caller>;

/** Whether the caller may do what needs a scope. */
export function mayDo(caller: Caller, scope: string): boolean {
  return caller.kind === 'operator' || caller.scopes.includes(scope);
}

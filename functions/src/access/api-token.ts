import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { TenantId } from '../tenants/tenant.ts';
import { Scope } from './scope.ts';

/** Names an API token; it is not the token, and not secret. */
export const ApiTokenId = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'an API token id is 16 of 0-9 and a-f')
  .brand<'ApiTokenId'>();
export type ApiTokenId = z.infer<typeof ApiTokenId>;

/** SHA-256 of an API token, in hex. All that is kept of it. */
export const ApiTokenHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'ApiTokenHash'>();
export type ApiTokenHash = z.infer<typeof ApiTokenHash>;

/** An API token as it is stored and shown: without the token. */
export const ApiToken = z.object({
  tokenId: ApiTokenId,
  tenantId: TenantId,
  name: z.string(),
  scopes: z.array(Scope),
  createdAtMs: z.int(),
  /** `null`: it does not end by itself. */
  expiresAtMs: z.int().nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;

/** `POST /v1/api-tokens`. */
export const ApiTokenCreate = z.strictObject({
  /** What it is for: "the web shop". */
  name: z.string().trim().min(1).max(80),
  scopes: z.array(Scope).min(1),
  expiresAtMs: z.int().positive().nullable().default(null),
});
export type ApiTokenCreate = z.infer<typeof ApiTokenCreate>;

/** So that people, and programs that look for lost secrets, see what it is. */
const TOKEN_PREFIX = 'sluice_';
const SECRET_BYTES = 24;
const ID_BYTES = 8;

/** A new API token. This is the only time that it is known. */
export function makeApiToken(): string {
  return TOKEN_PREFIX + randomBytes(SECRET_BYTES).toString('base64url');
}

export function makeApiTokenId(): ApiTokenId {
  return ApiTokenId.parse(randomBytes(ID_BYTES).toString('hex'));
}

/** What a token is found by. */
export function hashApiToken(token: string): ApiTokenHash {
  return ApiTokenHash.parse(createHash('sha256').update(token, 'utf8').digest('hex'));
}

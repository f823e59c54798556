import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { TenantId } from '../tenants/tenant.ts';
import { Scope } from './scope.ts';

/** Names an API token; it is not the token, and not secret. */
export const ApiTokenId = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'an API token id is 16 of 0-9 and a-f')
  .brand<'ApiTokenId'>()
  .meta({
    id: 'ApiTokenId',
    description: 'Names an API token. It is not the token, and not secret.',
    examples: ['3f9c1a7e55d2b480'],
  });
export type ApiTokenId = z.infer<typeof ApiTokenId>;

/** SHA-256 of an API token, in hex. All that is kept of it. */
export const ApiTokenHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'ApiTokenHash'>();
export type ApiTokenHash = z.infer<typeof ApiTokenHash>;

/** An API token as it is stored and shown: without the token. */
export const ApiToken = z
  .object({
    tokenId: ApiTokenId,
    tenantId: TenantId,
    name: z.string().meta({ description: 'What it is for.', examples: ['the web shop'] }),
    scopes: z.array(Scope).describe('What it may do.'),
    createdAtMs: z.int().describe('When it was made.'),
    expiresAtMs: z.int().nullable().describe('When it ends; `null`: it does not end by itself.'),
  })
  .meta({ id: 'ApiToken', description: 'An API token, without the token itself.' });
export type ApiToken = z.infer<typeof ApiToken>;

/** `POST /v1/api-tokens`. */
export const ApiTokenCreate = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(80)
      .meta({ description: 'What it is for.', examples: ['the web shop'] }),
    scopes: z.array(Scope).min(1).describe('What it may do: no more than whoever makes it.'),
    expiresAtMs: z
      .int()
      .positive()
      .nullable()
      .default(null)
      .describe('When it ends; `null`: it does not end by itself.'),
  })
  .meta({ id: 'ApiTokenCreate', description: 'The API token to be made.' });
export type ApiTokenCreate = z.infer<typeof ApiTokenCreate>;

/** The one answer that holds the token. */
export const MadeApiToken = z
  .object({
    ...ApiToken.shape,
    apiToken: z.string().meta({ description: 'The token itself. Secret.', examples: ['sluice_…'] }),
  })
  .meta({ id: 'MadeApiToken', description: 'An API token that was just made, with the token itself.' });

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

import * as z from 'zod/mini';

export const API_TOKEN_NAME_CHARS_MAX = 80;

/** An API token, without the token itself. */
export const ApiToken = z.object({
  tokenId: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  createdAtMs: z.number(),
  /** `null`: it does not end by itself. */
  expiresAtMs: z.nullable(z.number()),
});
export type ApiToken = z.infer<typeof ApiToken>;

/** All of a team, the oldest first. */
export const ApiTokenList = z.object({ apiTokens: z.array(ApiToken) });

/** The one answer that holds the token. Secret. */
export const MadeApiToken = z.extend(ApiToken, { apiToken: z.string() });

import { z } from 'zod';

/** What an API token may do. `write` does not include `read`: a token says all that it is for. */
export const SCOPES = [
  'channels:read',
  'channels:write',
  'stream-keys:read',
  'stream-keys:write',
  'restream:read',
  'restream:write',
  'playback:read',
  'playback:write',
  'broadcasts:read',
  'broadcasts:write',
  'recordings:read',
  'recordings:write',
  'clips:read',
  'clips:write',
  'webhooks:read',
  'webhooks:write',
  'usage:read',
  'audit:read',
  'api-tokens:read',
  'api-tokens:write',
] as const;
export const Scope = z
  .enum(SCOPES)
  .meta({ id: 'Scope', description: 'What an API token may do. `write` does not include `read`.' });
export type Scope = z.infer<typeof Scope>;

/** What only the operator of the deployment may: tenants, and the keys that all tenants' playback tokens are signed with. */
export const OPERATOR_SCOPE = 'operator';
export type NeededScope = Scope | typeof OPERATOR_SCOPE;

import { z } from 'zod';

/** A team with channels of its own. What one has the others do not see. */
export const TenantId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,62}$/, 'a tenant id is 2 to 63 of a-z, 0-9 and -, and does not begin with -')
  .brand<'TenantId'>()
  .meta({ id: 'TenantId', description: 'A team with channels of its own.', examples: ['acme'] });
export type TenantId = z.infer<typeof TenantId>;

/** Whose everything is where nobody made tenants. */
export const DEFAULT_TENANT_ID = TenantId.parse('default');

import { z } from 'zod';
import { Hostname } from '../../config/hostname.ts';
import { CloudflareId, SecretArn, YesNo } from '../custom-resource/property-schemas.ts';

/** Route 53 gives a zone four name servers; some end with a dot. */
const NAME_SERVERS_MAX = 8;
const DELEGATIONS_MAX = 20;

const NameServer = z
  .string()
  .transform((name) => name.toLowerCase().replace(/\.$/, ''))
  .pipe(Hostname);

/** What `Custom::SluiceDelegation` is told. */
export const DelegationProperties = z.strictObject({
  AccountId: CloudflareId,
  /** A name of the zone, by which it is looked for where its id is not told. */
  Domain: Hostname,
  ZoneId: CloudflareId.optional(),
  ApiTokenSecretArn: SecretArn,
  Delegations: z
    .array(z.strictObject({ Name: Hostname, NameServers: z.array(NameServer).min(1).max(NAME_SERVERS_MAX) }))
    .min(1)
    .max(DELEGATIONS_MAX)
    .refine((all) => new Set(all.map(({ Name }) => Name)).size === all.length, 'a name is delegated once'),
  /** Whether NS records of these names that another stack of Sluice made give way to ours. */
  TakesOver: YesNo.default(false),
});
export type DelegationProperties = z.infer<typeof DelegationProperties>;

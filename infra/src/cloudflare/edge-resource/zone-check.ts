import type { Zone } from '../api/zone-api.ts';
import { Refusal } from '../custom-resource/refusal.ts';
import type { EdgeProperties } from './edge-properties.ts';

/** The zone is of this account, active, and has the names that we want. Throws Refusal. */
export function assertInZone(zone: Zone, { AccountId, ZoneId, Domain, Storage }: EdgeProperties): void {
  if (zone.account.id !== AccountId) throw new Refusal(`The zone ${ZoneId} is not one of the account ${AccountId}`);
  if (zone.status !== 'active') {
    throw new Refusal(`The zone ${zone.name} is ${zone.status}, not active: Cloudflare must be its name servers first`);
  }
  const mediaDomains = Storage.Kind === 'r2' && Storage.MediaDomain !== undefined ? [Storage.MediaDomain] : [];
  for (const name of [Domain, ...mediaDomains]) {
    const isInZone = name === zone.name || name.endsWith(`.${zone.name}`);
    if (!isInZone) throw new Refusal(`${name} is not in the zone ${zone.name} (${ZoneId})`);
  }
}

import type { Zone } from '../api/zone-api.ts';
import { Refusal } from '../custom-resource/refusal.ts';
import type { EdgeProperties } from './edge-properties.ts';

/** The zone has the names that we want. Throws Refusal. */
export function assertNamesInZone(zone: Zone, { Domain, Storage }: EdgeProperties): void {
  const mediaDomains = Storage.Kind === 'r2' && Storage.MediaDomain !== undefined ? [Storage.MediaDomain] : [];
  for (const name of [Domain, ...mediaDomains]) {
    const isInZone = name === zone.name || name.endsWith(`.${zone.name}`);
    if (!isInZone) throw new Refusal(`${name} is not in the zone ${zone.name} (${zone.id})`);
  }
}

import type { Zone } from '../api/zone-api.ts';
import { Refusal } from './refusal.ts';

/** The zone is of this account, and what is said in it is heard. Throws Refusal. */
export function assertZoneUsable(zone: Zone, accountId: string): void {
  if (zone.account.id !== accountId) throw new Refusal(`The zone ${zone.id} is not one of the account ${accountId}`);
  if (zone.status === 'active') return;
  throw new Refusal(`The zone ${zone.name} is ${zone.status}, not active: Cloudflare must be its name servers first`);
}

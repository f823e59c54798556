import type { CloudflareApi } from '../api/cloudflare-api.ts';
import { zonesNamed } from '../api/zone-api.ts';
import { Refusal } from './refusal.ts';

/**
 * The zone that `domain` is in: of `live.tv.example.com` the one of that name, or of `tv.example.com`, or of `example.com`.
 * Throws Refusal where the account has none that the token may see.
 */
export async function findZoneId(api: CloudflareApi, accountId: string, domain: string): Promise<string> {
  const labels = domain.split('.');
  // A name of one label is a top-level domain: nobody's zone.
  for (let first = 0; first < labels.length - 1; first++) {
    const [zone] = await zonesNamed(api, accountId, labels.slice(first).join('.'));
    if (zone !== undefined) return zone.id;
  }
  throw new Refusal(
    `The account ${accountId} has no zone for ${domain} that the API token may see. Add the domain to Cloudflare, or give the token Zone Read for it.`,
  );
}

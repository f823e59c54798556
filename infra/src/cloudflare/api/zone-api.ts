import { z } from 'zod';
import { type CloudflareApi, path } from './cloudflare-api.ts';

const Zone = z.object({ id: z.string(), name: z.string(), status: z.string(), account: z.object({ id: z.string() }) });
export type Zone = z.infer<typeof Zone>;
const Route = z.object({ id: z.string(), pattern: z.string(), script: z.string().nullish() });
export type Route = z.infer<typeof Route>;
const DnsRecord = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  content: z.string().nullish(),
  comment: z.string().nullish(),
});
export type DnsRecord = z.infer<typeof DnsRecord>;

export interface NewNsRecord {
  readonly name: string;
  readonly nameServer: string;
  readonly ttlS: number;
  readonly comment: string;
}

/** Of one account, by their whole name: one or none (developers.cloudflare.com/api/resources/zones/methods/list). */
export function zonesNamed(api: CloudflareApi, accountId: string, name: string): Promise<Zone[]> {
  return api.list({ path: '/zones', query: { name, 'account.id': accountId }, permission: 'zone-read', result: Zone });
}

/** What belongs to a zone: itself, its Workers' routes, its DNS. Everything throws CloudflareError. */
export class ZoneApi {
  readonly #api: CloudflareApi;
  readonly #zoneId: string;

  constructor(api: CloudflareApi, zoneId: string) {
    this.#api = api;
    this.#zoneId = zoneId;
  }

  zone(): Promise<Zone> {
    return this.#api.ask({
      method: 'GET',
      path: path`/zones/${this.#zoneId}`,
      permission: 'zone-read',
      result: Zone,
    });
  }

  /** This list has no pages. */
  routes(): Promise<Route[]> {
    return this.#api.ask({ method: 'GET', path: this.#routes, permission: 'routes', result: z.array(Route) });
  }

  async addRoute(pattern: string, workerName: string): Promise<void> {
    await this.#api.ask({
      method: 'POST',
      path: this.#routes,
      body: { pattern, script: workerName },
      permission: 'routes',
      result: z.unknown(),
    });
  }

  async removeRoute(id: string): Promise<void> {
    await this.#api.find({
      method: 'DELETE',
      path: `${this.#routes}/${encodeURIComponent(id)}`,
      permission: 'routes',
      result: z.unknown(),
    });
  }

  dnsRecords(query: { readonly 'name.exact': string } | { readonly 'comment.contains': string }): Promise<DnsRecord[]> {
    return this.#api.list({ path: this.#dnsRecords, query: { ...query }, permission: 'dns', result: DnsRecord });
  }

  async addNsRecord(record: NewNsRecord): Promise<void> {
    await this.#api.ask({
      method: 'POST',
      path: this.#dnsRecords,
      body: nsRecordBody(record),
      permission: 'dns',
      result: z.unknown(),
    });
  }

  /** Makes a record that is there this one. PATCH wants name, type and TTL too, though none of them changes. */
  async setNsRecord(id: string, record: NewNsRecord): Promise<void> {
    await this.#api.ask({
      method: 'PATCH',
      path: `${this.#dnsRecords}/${encodeURIComponent(id)}`,
      body: nsRecordBody(record),
      permission: 'dns',
      result: z.unknown(),
      isRepeatable: true,
    });
  }

  async removeDnsRecord(id: string): Promise<void> {
    await this.#api.find({
      method: 'DELETE',
      path: `${this.#dnsRecords}/${encodeURIComponent(id)}`,
      permission: 'dns',
      result: z.unknown(),
    });
  }

  get #routes(): string {
    return path`/zones/${this.#zoneId}/workers/routes`;
  }

  get #dnsRecords(): string {
    return path`/zones/${this.#zoneId}/dns_records`;
  }
}

function nsRecordBody({ name, nameServer, ttlS, comment }: NewNsRecord) {
  return { type: 'NS', name, content: nameServer, ttl: ttlS, comment };
}

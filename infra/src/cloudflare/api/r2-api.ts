import { z } from 'zod';
import { type CloudflareApi, type CloudflareCall, path } from './cloudflare-api.ts';
import { CloudflareError } from './cloudflare-error.ts';

export const R2_JURISDICTIONS = ['default', 'eu', 'us', 'fedramp'] as const;
export type R2Jurisdiction = (typeof R2_JURISDICTIONS)[number];
export const R2_LOCATION_HINTS = ['apac', 'eeur', 'enam', 'weur', 'wnam', 'oc'] as const;
export type R2LocationHint = (typeof R2_LOCATION_HINTS)[number];

/** Kept as it came: rules that are not ours are written back as they were. */
const CorsRule = z.looseObject({ id: z.string().optional() });
export type CorsRule = z.infer<typeof CorsRule>;
const CorsRules = z.object({ rules: z.array(CorsRule).optional() });
const CustomDomain = z.object({
  domain: z.string(),
  enabled: z.boolean(),
  status: z.object({ ownership: z.string(), ssl: z.string() }),
});
export type CustomDomain = z.infer<typeof CustomDomain>;

export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  /** Of the objects' names; none of it is all of them. */
  readonly conditions: { readonly prefix: string };
  /** After so many seconds. */
  readonly abortMultipartUploadsTransition?: { readonly condition: { readonly type: 'Age'; readonly maxAge: number } };
  readonly deleteObjectsTransition?: { readonly condition: { readonly type: 'Age'; readonly maxAge: number } };
}

export interface R2BucketAddress {
  readonly accountId: string;
  readonly name: string;
  readonly jurisdiction: R2Jurisdiction;
}

/** A bucket with objects in it is not deleted. */
const NOT_EMPTY_CODE = 10_008;

/** One bucket of R2, there or not. Everything throws CloudflareError. */
export class R2BucketApi {
  readonly #api: CloudflareApi;
  readonly #address: R2BucketAddress;

  constructor(api: CloudflareApi, address: R2BucketAddress) {
    this.#api = api;
    this.#address = address;
  }

  async isThere(): Promise<boolean> {
    return (await this.#find({ method: 'GET', path: this.#bucket, result: z.unknown() })) !== undefined;
  }

  async create(locationHint: R2LocationHint | undefined): Promise<void> {
    await this.#ask({
      method: 'POST',
      path: path`/accounts/${this.#address.accountId}/r2/buckets`,
      body: { name: this.#address.name, ...(locationHint !== undefined && { locationHint }) },
      result: z.unknown(),
    });
  }

  /** Resolves with false where something lies in it. */
  async removeIfEmpty(): Promise<boolean> {
    try {
      await this.#find({ method: 'DELETE', path: this.#bucket, result: z.unknown() });
      return true;
    } catch (error) {
      if (error instanceof CloudflareError && error.codes.includes(NOT_EMPTY_CODE)) return false;
      throw error;
    }
  }

  async setLifecycle(rules: readonly LifecycleRule[]): Promise<void> {
    await this.#ask({ method: 'PUT', path: `${this.#bucket}/lifecycle`, body: { rules }, result: z.unknown() });
  }

  async corsRules(): Promise<CorsRule[]> {
    return (await this.#find({ method: 'GET', path: `${this.#bucket}/cors`, result: CorsRules }))?.rules ?? [];
  }

  async setCorsRules(rules: readonly CorsRule[]): Promise<void> {
    const cors = `${this.#bucket}/cors`;
    if (rules.length === 0) await this.#find({ method: 'DELETE', path: cors, result: z.unknown() });
    else await this.#ask({ method: 'PUT', path: cors, body: { rules }, result: z.unknown() });
  }

  customDomain(domain: string): Promise<CustomDomain | undefined> {
    return this.#find({ method: 'GET', path: this.#domain(domain), result: CustomDomain });
  }

  async addCustomDomain(domain: string, zoneId: string): Promise<void> {
    await this.#ask({
      method: 'POST',
      path: `${this.#bucket}/domains/custom`,
      body: { domain, zoneId, enabled: true, minTLS: '1.2' },
      result: z.unknown(),
    });
  }

  async removeCustomDomain(domain: string): Promise<void> {
    await this.#find({ method: 'DELETE', path: this.#domain(domain), result: z.unknown() });
  }

  #ask<SCHEMA extends z.ZodType>(call: Omit<CloudflareCall<SCHEMA>, 'permission'>): Promise<z.output<SCHEMA>> {
    return this.#api.ask({ ...call, ...this.#told });
  }

  #find<SCHEMA extends z.ZodType>(
    call: Omit<CloudflareCall<SCHEMA>, 'permission'>,
  ): Promise<z.output<SCHEMA> | undefined> {
    return this.#api.find({ ...call, ...this.#told });
  }

  /** Each jurisdiction has buckets of its own; the usual one is not named. */
  get #told() {
    const { jurisdiction } = this.#address;
    return {
      permission: 'r2' as const,
      ...(jurisdiction !== 'default' && { headers: { 'cf-r2-jurisdiction': jurisdiction } }),
    };
  }

  get #bucket(): string {
    return path`/accounts/${this.#address.accountId}/r2/buckets/${this.#address.name}`;
  }

  #domain(domain: string): string {
    return `${this.#bucket}/domains/custom/${encodeURIComponent(domain)}`;
  }
}

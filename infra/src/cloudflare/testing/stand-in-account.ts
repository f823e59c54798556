import type { UploadedMetadata } from './worker-metadata.ts';

/** A Worker as the stand-in keeps it: all of its last upload, and what is set beside it. */
export interface KeptWorker {
  metadata: UploadedMetadata;
  code: string;
  tags: readonly string[];
  migrationTag: string | undefined;
  /** Durable Object classes that have a namespace. */
  classes: ReadonlySet<string>;
  isOnSubdomain: boolean;
  crons: readonly string[];
}

export interface KeptBucket {
  locationHint: string | undefined;
  lifecycle: unknown;
  cors: readonly unknown[];
  objects: number;
  /** With how often it has been looked at: a domain is active at the second look. */
  domains: Map<string, { looks: number }>;
}

export interface KeptToken {
  readonly id: string;
  readonly name: string;
  policies: unknown;
  /** Secret. */
  value: string;
}

export interface KeptRecord {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly content: string;
  readonly ttl: number;
  readonly comment: string | undefined;
}

export interface KeptRule {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A zone that the token sees besides the one that there is more of. */
export interface KeptZone {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
}

/** All that a deployment can change. */
export type AccountState = Pick<
  StandInAccount,
  'workers' | 'workerDomains' | 'routes' | 'buckets' | 'tokens' | 'rulesets' | 'records'
>;

/** What there is in the one account and zone that the stand-in has. */
export class StandInAccount {
  readonly accountId = 'a'.repeat(32);
  readonly zone = { id: 'f'.repeat(32), name: 'example.com', status: 'active' };
  readonly otherZones: KeptZone[] = [];
  workers = new Map<string, KeptWorker>();
  workerDomains: { id: string; hostname: string; service: string }[] = [];
  routes: { id: string; pattern: string; script: string | undefined }[] = [];
  /** By jurisdiction and name. */
  buckets = new Map<string, KeptBucket>();
  tokens: KeptToken[] = [];
  rulesets = new Map<string, { readonly id: string; rules: KeptRule[] }>();
  records: KeptRecord[] = [];
  #ids = 0;

  /** 32 of 0-9 and a-f, as Cloudflare's. */
  newId(): string {
    return (++this.#ids).toString(16).padStart(32, '0');
  }

  /** A bucket that was there before anybody asked. */
  addBucket(name: string, more: Partial<KeptBucket> & { readonly jurisdiction?: string } = {}): KeptBucket {
    const { jurisdiction = 'default', ...others } = more;
    const empty = { locationHint: undefined, lifecycle: undefined, cors: [], objects: 0, domains: new Map() };
    const bucket: KeptBucket = { ...empty, ...others };
    this.buckets.set(`${jurisdiction}/${name}`, bucket);
    return bucket;
  }

  /** A copy, to come back to by `restore`. */
  keep(): AccountState {
    const { workers, workerDomains, routes, buckets, tokens, rulesets, records } = this;
    return structuredClone({ workers, workerDomains, routes, buckets, tokens, rulesets, records });
  }

  restore(kept: AccountState): void {
    Object.assign(this, structuredClone(kept));
  }

  /** Everything, without what chance or the number of tries decides. */
  snapshot(): unknown {
    return {
      workers: [...this.workers].map(([name, { classes, metadata, ...worker }]) => {
        // What a migration has done is in the classes.
        const { migrations: _done, ...settings } = metadata;
        return [name, { ...worker, metadata: settings, classes: [...classes] }];
      }),
      workerDomains: this.workerDomains.map(({ id: _id, ...domain }) => domain),
      routes: this.routes.map(({ id: _id, ...route }) => route),
      buckets: [...this.buckets].map(([key, { domains, ...bucket }]) => [
        key,
        { ...bucket, domains: [...domains.keys()] },
      ]),
      tokens: this.tokens.map(({ name, policies }) => ({ name, policies })),
      // A zone that once had a rule in a phase keeps an entry point there, with rules or without.
      rulesets: [...this.rulesets]
        .map(([phase, { rules }]) => [phase, rules.map(({ id: _id, ...rule }) => rule)] as const)
        .filter(([, rules]) => rules.length > 0),
      records: this.records.map(({ id: _id, ...record }) => record),
    };
  }
}

import { z } from 'zod';
import { type CloudflareApi, path } from './cloudflare-api.ts';

/**
 * As much of a Worker as is looked at. By the call that wrangler makes before it deploys; the documented list of all
 * scripts says the same, of every Worker in the account.
 */
const WorkerService = z.object({
  default_environment: z.object({
    script: z.object({
      tags: z
        .array(z.string())
        .nullish()
        .transform((tags) => tags ?? []),
      migration_tag: z
        .string()
        .nullish()
        .transform((tag) => (tag === '' || tag === null ? undefined : tag)),
    }),
  }),
});

export interface FoundWorker {
  readonly tags: readonly string[];
  /** Of the last Durable Object migration. */
  readonly migrationTag: string | undefined;
}

const WorkerDomain = z.object({ id: z.string(), hostname: z.string(), service: z.string() });
export type WorkerDomain = z.infer<typeof WorkerDomain>;
const Schedules = z.object({ schedules: z.array(z.object({ cron: z.string() })) });

/** Workers of an account. Everything throws CloudflareError. */
export class WorkersApi {
  readonly #api: CloudflareApi;
  readonly #accountId: string;

  constructor(api: CloudflareApi, accountId: string) {
    this.#api = api;
    this.#accountId = accountId;
  }

  async worker(name: string): Promise<FoundWorker | undefined> {
    const found = await this.#api.find({
      method: 'GET',
      path: path`/accounts/${this.#accountId}/workers/services/${name}`,
      permission: 'workers-scripts',
      result: WorkerService,
    });
    const script = found?.default_environment.script;
    return script && { tags: script.tags, migrationTag: script.migration_tag };
  }

  /** Not repeated by itself: with a migration in it, the second one does not find the tag that it expects. */
  async upload(name: string, form: FormData): Promise<void> {
    await this.#api.ask({
      method: 'PUT',
      path: this.#script(name),
      // As wrangler sends it: no copy of the script in the answer, and no binding is silently left out.
      query: { excludeScript: 'true', bindings_inherit: 'strict' },
      body: form,
      permission: 'workers-scripts',
      result: z.unknown(),
      isRepeatable: false,
    });
  }

  /** With its Durable Objects and all that they keep. */
  async remove(name: string): Promise<void> {
    await this.#api.find({
      method: 'DELETE',
      path: this.#script(name),
      query: { force: 'true' },
      permission: 'workers-scripts',
      result: z.unknown(),
    });
  }

  /** Whether it is on the account's own `workers.dev`, and its older versions are. */
  async setSubdomain(name: string, isOn: boolean): Promise<void> {
    await this.#api.ask({
      method: 'POST',
      path: `${this.#script(name)}/subdomain`,
      body: { enabled: isOn, previews_enabled: isOn },
      permission: 'workers-scripts',
      result: z.unknown(),
      isRepeatable: true,
    });
  }

  async schedules(name: string): Promise<string[]> {
    const { schedules } = await this.#api.ask({
      method: 'GET',
      path: `${this.#script(name)}/schedules`,
      permission: 'workers-scripts',
      result: Schedules,
    });
    return schedules.map(({ cron }) => cron);
  }

  async setSchedules(name: string, crons: readonly string[]): Promise<void> {
    await this.#api.ask({
      method: 'PUT',
      path: `${this.#script(name)}/schedules`,
      body: crons.map((cron) => ({ cron })),
      permission: 'workers-scripts',
      result: z.unknown(),
    });
  }

  /** This list has no pages. */
  domains(query: { readonly hostname: string } | { readonly service: string }): Promise<WorkerDomain[]> {
    return this.#api.ask({
      method: 'GET',
      path: this.#domains,
      query: { ...query },
      permission: 'workers-scripts',
      result: z.array(WorkerDomain),
    });
  }

  async setDomain(hostname: string, workerName: string, zoneId: string): Promise<void> {
    await this.#api.ask({
      method: 'PUT',
      path: this.#domains,
      body: { hostname, service: workerName, zone_id: zoneId },
      permission: 'workers-scripts',
      result: z.unknown(),
    });
  }

  async removeDomain(id: string): Promise<void> {
    await this.#api.find({
      method: 'DELETE',
      path: `${this.#domains}/${encodeURIComponent(id)}`,
      permission: 'workers-scripts',
      result: z.unknown(),
    });
  }

  #script(name: string): string {
    return path`/accounts/${this.#accountId}/workers/scripts/${name}`;
  }

  get #domains(): string {
    return path`/accounts/${this.#accountId}/workers/domains`;
  }
}

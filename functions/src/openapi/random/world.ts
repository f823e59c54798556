import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SCOPES } from '../../access/scope.ts';
import { ADMIN_TOKEN, NODE_TOKEN, type TestApp } from '../../test-app.ts';
import type { RandomRequest } from './request-arbitrary.ts';

/** The newest are enough, and the oldest are gone for the most part. */
const SEEN_MAX = 60;
/** What answers show once. */
const SHOWN_ONCE = ['streamKey', 'apiToken', 'token'];
const PASSPHRASE = 'the passphrase that was planted';

/** What a control API is filled with before random requests are sent, and what was seen of it since. */
export class World {
  readonly #app: TestApp;
  readonly #tokens = new Map<string, string>();
  /** What things are named by: a stream key by its own id and its channel's. The newest first. */
  #seen: Record<string, string>[] = [];
  /** The callers' own tokens, which nobody is to take from them. */
  readonly #ownIds = new Set<string>();
  readonly #secrets = new Set<string>([PASSPHRASE, ADMIN_TOKEN, NODE_TOKEN]);

  private constructor(app: TestApp) {
    this.#app = app;
  }

  static async plant(app: TestApp): Promise<World> {
    const world = new World(app);
    // Some have nothing, so that they can be deleted.
    for (const tenantId of ['acme', 'empty-1', 'empty-2', 'empty-3', 'empty-4']) {
      await app.admin('POST', '/v1/tenants', { tenantId });
    }
    await world.#plantTenant('default', ['demo', 'other']);
    await world.#plantTenant('acme', ['theirs']);
    for (const scope of SCOPES) await world.#plantToken(scope, 'default', [scope]);
    return world;
  }

  /** What no answer may show: it was planted, or has been shown once. */
  get secrets(): ReadonlySet<string> {
    return this.#secrets;
  }

  bearer({ caller, operation }: RandomRequest): string | undefined {
    const scope = operation.security[0]?.bearer?.[0] ?? '';
    switch (caller) {
      case 'operator':
        return ADMIN_TOKEN;
      case 'node':
        return NODE_TOKEN;
      case 'foreign':
        return this.#tokens.get('acme');
      case 'unscoped':
        return this.#tokens.get(scope === 'usage:read' ? 'audit:read' : 'usage:read');
      case 'scoped':
        return this.#tokens.get(scope) ?? ADMIN_TOKEN;
      case 'garbage':
        return 'sluice_0000000000000000000000000000000';
      case 'nobody':
        return undefined;
    }
  }

  /** The path of a request, with something in the place of its names. */
  path({ path, about, segments }: RandomRequest): string {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const those = this.#seen.filter((ids) => names.every((name) => name in ids));
    const ids = those[about % those.length] ?? {};
    return path.replaceAll(/\{(\w+)\}/g, (_, name) => segments[name] ?? encodeURIComponent(ids[name] ?? 'nothing'));
  }

  /** Learns what there is from an answer, and what is never to be shown again. */
  learn(body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    const ids: Record<string, string> = {};
    for (const [name, value] of Object.entries(body)) {
      if (typeof value === 'object') this.learn(value);
      if (typeof value !== 'string') continue;
      if (SHOWN_ONCE.includes(name)) this.#hide(value);
      else if (/Id$|^kid$/.test(name)) ids[name] = value;
    }
    if (Object.keys(ids).length > 0 && !this.#ownIds.has(ids.tokenId ?? '')) {
      this.#seen = [ids, ...this.#seen].slice(0, SEEN_MAX);
    }
  }

  #hide(secret: string): void {
    this.#secrets.add(secret);
    this.#secrets.add(createHash('sha256').update(secret).digest('hex'));
  }

  async #plantTenant(tenantId: string, channelIds: readonly string[]): Promise<void> {
    const headers = { 'sluice-tenant': tenantId };
    for (const channelId of channelIds) {
      await this.#app.admin('POST', '/v1/channels', { channelId, srtPassphrase: PASSPHRASE }, headers);
      const key = await this.#app.admin('POST', `/v1/channels/${channelId}/stream-keys`, {}, headers);
      this.learn(await key.json());
    }
    await this.#plantToken(tenantId, tenantId, SCOPES);
  }

  async #plantToken(name: string, tenantId: string, scopes: readonly string[]): Promise<void> {
    const made = await this.#app.admin('POST', '/v1/api-tokens', { name, scopes }, { 'sluice-tenant': tenantId });
    const { apiToken, tokenId } = z.object({ apiToken: z.string(), tokenId: z.string() }).parse(await made.json());
    this.#ownIds.add(tokenId);
    this.#tokens.set(name, apiToken);
    this.#hide(apiToken);
  }
}

import { z } from 'zod';
import { type CloudflareApi, path } from './cloudflare-api.ts';

const Policy = z.object({
  effect: z.string(),
  resources: z.record(z.string(), z.unknown()),
  permission_groups: z.array(z.object({ id: z.string() })),
});
const AccountToken = z.object({
  id: z.string(),
  name: z.string(),
  policies: z
    .array(Policy)
    .nullish()
    .transform((policies) => policies ?? []),
});
export type AccountToken = z.infer<typeof AccountToken>;
const CreatedToken = z.object({ id: z.string(), value: z.string().min(1) });
/** Its value is secret. */
export type CreatedToken = z.infer<typeof CreatedToken>;
const PermissionGroup = z.object({ id: z.string(), name: z.string() });

export interface TokenPolicy {
  readonly effect: 'allow';
  readonly resources: Readonly<Record<string, '*'>>;
  readonly permission_groups: readonly { readonly id: string }[];
}

/** API tokens that belong to an account, not to a person. Everything throws CloudflareError. */
export class TokensApi {
  readonly #api: CloudflareApi;
  readonly #accountId: string;

  constructor(api: CloudflareApi, accountId: string) {
    this.#api = api;
    this.#accountId = accountId;
  }

  async named(name: string): Promise<AccountToken[]> {
    const tokens = await this.#api.list({ path: this.#tokens, permission: 'tokens', result: AccountToken });
    return tokens.filter((token) => token.name === name);
  }

  /** The id of a permission, which is the same in every account but not documented as such. This list has no pages. */
  async permissionGroupId(name: string): Promise<string | undefined> {
    const groups = await this.#api.ask({
      method: 'GET',
      path: `${this.#tokens}/permission_groups`,
      query: { name },
      permission: 'tokens',
      result: z.array(PermissionGroup),
    });
    return groups.find((group) => group.name === name)?.id;
  }

  create(name: string, policies: readonly TokenPolicy[]): Promise<CreatedToken> {
    return this.#api.ask({
      method: 'POST',
      path: this.#tokens,
      body: { name, policies },
      permission: 'tokens',
      result: CreatedToken,
    });
  }

  async setPolicies(id: string, name: string, policies: readonly TokenPolicy[]): Promise<void> {
    await this.#api.ask({
      method: 'PUT',
      path: this.#token(id),
      body: { name, policies },
      permission: 'tokens',
      result: z.unknown(),
    });
  }

  /** A new value; the one before is worth nothing from then on. */
  async roll(id: string): Promise<CreatedToken> {
    const value = await this.#api.ask({
      method: 'PUT',
      path: `${this.#token(id)}/value`,
      body: {},
      permission: 'tokens',
      result: z.string().min(1),
    });
    return { id, value };
  }

  async remove(id: string): Promise<void> {
    await this.#api.find({ method: 'DELETE', path: this.#token(id), permission: 'tokens', result: z.unknown() });
  }

  get #tokens(): string {
    return path`/accounts/${this.#accountId}/tokens`;
  }

  #token(id: string): string {
    return `${this.#tokens}/${encodeURIComponent(id)}`;
  }
}

import { z } from 'zod';
import { Records } from '../storage/records.ts';
import type { Table } from '../storage/table.ts';
import type { TenantId } from '../tenants/tenant.ts';
import { ApiToken, ApiTokenHash, type ApiTokenId } from './api-token.ts';

/** One for each program of a team, with room to rotate. */
export const API_TOKENS_PER_TENANT_MAX = 100;

const Listed = z.object({ hash: ApiTokenHash });

/** API tokens, found by their hashes. The tenant's list points at them. */
export class ApiTokens {
  readonly #tokens: Records<ApiToken>;
  readonly #listed: Records<z.infer<typeof Listed>>;
  readonly #nowMs: () => number;

  constructor(table: Table, nowMs: () => number) {
    this.#tokens = new Records(table, ApiToken);
    this.#listed = new Records(table, Listed);
    this.#nowMs = nowMs;
  }

  async create(token: ApiToken, hash: ApiTokenHash): Promise<'created' | 'full'> {
    const { tenantId, tokenId } = token;
    const listed = await this.#listed.query({ ...listOf(tenantId), limit: API_TOKENS_PER_TENANT_MAX });
    if (listed.length >= API_TOKENS_PER_TENANT_MAX) return 'full';
    const ends = token.expiresAtMs === null ? {} : { expiresAtMs: token.expiresAtMs };
    await this.#listed.put(listKey(tenantId, tokenId), { hash }, ends);
    await this.#tokens.put(tokenKey(hash), token, ends);
    return 'created';
  }

  /** One that has not ended. */
  async find(hash: ApiTokenHash): Promise<ApiToken | undefined> {
    const token = (await this.#tokens.get(tokenKey(hash)))?.value;
    const isOver = token !== undefined && token.expiresAtMs !== null && token.expiresAtMs <= this.#nowMs();
    return isOver ? undefined : token;
  }

  /** Those that have not ended, the oldest first. */
  async list(tenantId: TenantId): Promise<ApiToken[]> {
    const listed = await this.#listed.query({ ...listOf(tenantId), limit: API_TOKENS_PER_TENANT_MAX });
    const tokens = await this.#tokens.getMany(listed.map(({ value }) => tokenKey(value.hash)));
    return tokens.map(({ value }) => value).sort((one, other) => one.createdAtMs - other.createdAtMs);
  }

  /** It opens nothing from now on. */
  async remove(tenantId: TenantId, tokenId: ApiTokenId): Promise<void> {
    const listed = await this.#listed.get(listKey(tenantId, tokenId));
    if (listed === undefined) return;
    await this.#tokens.remove(tokenKey(listed.value.hash));
    await this.#listed.remove(listKey(tenantId, tokenId));
  }
}

function tokenKey(hash: ApiTokenHash) {
  return { partition: `api-token#${hash}`, sort: 'token' };
}

function listOf(tenantId: TenantId) {
  return { partition: `tenant#${tenantId}`, prefix: 'api-token#' };
}

function listKey(tenantId: TenantId, tokenId: ApiTokenId) {
  return { partition: `tenant#${tenantId}`, sort: `api-token#${tokenId}` };
}

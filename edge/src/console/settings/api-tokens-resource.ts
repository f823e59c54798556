import { type ApiToken, ApiTokenList } from '../api/api-token.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { api } from '../session/session.ts';

const EVERY_MS = 30_000;

/** All API tokens of the team. There is one list: the key says nothing. */
export const apiTokensKind = new ResourceKind<readonly ApiToken[]>(async (_key, signal) => {
  return (await api.get('/api-tokens', ApiTokenList, { signal })).value.apiTokens;
}, EVERY_MS);

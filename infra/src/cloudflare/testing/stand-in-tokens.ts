import { z } from 'zod';
import type { StandInAccount } from './stand-in-account.ts';
import {
  jsonBody,
  PageQuery,
  page,
  StandInRefusal,
  type StandInRequest,
  type StandInRoute,
} from './stand-in-request.ts';

const TOKENS = '/accounts/:account/tokens';
/** Ids of permission groups are the same in all accounts; this one is in Cloudflare's documentation of R2. */
const BUCKET_ITEM_WRITE = { id: '2efd5506f9c8494dacb1fa10a3e7d5b6', name: 'Workers R2 Storage Bucket Item Write' };
const NewToken = z.strictObject({
  name: z.string().min(1).max(120),
  policies: z.array(
    z.strictObject({
      effect: z.literal('allow'),
      resources: z.record(
        z.string().regex(/^com\.cloudflare\.edge\.r2\.bucket\.[0-9a-f]{32}_[a-z]+_[a-z0-9-]+$/),
        z.literal('*'),
      ),
      permission_groups: z.array(z.strictObject({ id: z.literal(BUCKET_ITEM_WRITE.id) })).length(1),
    }),
  ),
});

/** The account's API tokens. */
export function tokenRoutes(account: StandInAccount): StandInRoute[] {
  const permission = 'tokens';
  const token = ({ values }: StandInRequest) => {
    const kept = account.tokens.find(({ id }) => id === values.id);
    if (kept === undefined) throw new StandInRefusal(404, 1_003, 'Token not found');
    return kept;
  };
  return [
    {
      method: 'GET',
      path: TOKENS,
      permission,
      query: z.strictObject(PageQuery),
      answer: ({ query }) => {
        return page(
          account.tokens.map(({ value: _value, ...each }) => ({ ...each, status: 'active' })),
          query,
        );
      },
    },
    {
      method: 'GET',
      path: `${TOKENS}/permission_groups`,
      permission,
      query: z.strictObject({ name: z.string() }),
      answer: ({ query }) => [BUCKET_ITEM_WRITE].filter(({ name }) => name === query.name),
    },
    {
      method: 'POST',
      path: TOKENS,
      permission,
      answer: (request) => {
        const id = account.newId();
        const kept = { ...jsonBody(request, NewToken), id, value: `value-of-${id}` };
        account.tokens.push(kept);
        return { ...kept, status: 'active' };
      },
    },
    {
      method: 'PUT',
      path: `${TOKENS}/:id`,
      permission,
      answer: (request) => {
        token(request).policies = jsonBody(request, NewToken).policies;
        return {};
      },
    },
    {
      method: 'PUT',
      path: `${TOKENS}/:id/value`,
      permission,
      answer: (request) => {
        jsonBody(request, z.strictObject({}));
        token(request).value = `value-${account.newId()}`;
        return token(request).value;
      },
    },
    {
      method: 'DELETE',
      path: `${TOKENS}/:id`,
      permission,
      answer: (request) => {
        account.tokens.splice(account.tokens.indexOf(token(request)), 1);
        return { id: request.values.id };
      },
    },
  ];
}

import { z } from 'zod';
import type { KeptBucket, StandInAccount } from './stand-in-account.ts';
import { jsonBody, StandInRefusal, type StandInRequest, type StandInRoute } from './stand-in-request.ts';

const BUCKETS = '/accounts/:account/r2/buckets';
const BUCKET = `${BUCKETS}/:bucket`;
const DOMAINS = `${BUCKET}/domains/custom`;

const Age = z.strictObject({ condition: z.strictObject({ type: z.literal('Age'), maxAge: z.int().positive() }) });
const Lifecycle = z.strictObject({
  rules: z.array(
    z.strictObject({
      id: z.string().min(1),
      enabled: z.boolean(),
      conditions: z.strictObject({ prefix: z.string() }),
      abortMultipartUploadsTransition: Age.optional(),
      deleteObjectsTransition: Age.optional(),
    }),
  ),
});
const Cors = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        id: z.string().optional(),
        allowed: z.strictObject({
          origins: z.array(z.string()),
          methods: z.array(z.enum(['GET', 'PUT', 'POST', 'DELETE', 'HEAD'])),
          headers: z.array(z.string()).optional(),
        }),
        exposeHeaders: z.array(z.string()).optional(),
        maxAgeSeconds: z.int().max(86_400).optional(),
      }),
    )
    .min(1),
});

const NewBucket = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/),
  locationHint: z.enum(['apac', 'eeur', 'enam', 'weur', 'wnam', 'oc']).optional(),
});

/** R2's buckets. */
export function r2Routes(account: StandInAccount): StandInRoute[] {
  const permission = 'r2';
  const bucket = (request: StandInRequest) => found(account, request);
  return [
    {
      method: 'POST',
      path: BUCKETS,
      permission,
      answer: (request) => {
        const { name, locationHint } = jsonBody(request, NewBucket);
        const key = `${jurisdiction(request)}/${name}`;
        if (account.buckets.has(key)) {
          throw new StandInRefusal(409, 10_004, 'The bucket you tried to create already exists, and you own it.');
        }
        account.buckets.set(key, { locationHint, lifecycle: undefined, cors: [], objects: 0, domains: new Map() });
        return { name };
      },
    },
    {
      method: 'GET',
      path: BUCKET,
      permission,
      answer: (request) => bucket(request) && { name: request.values.bucket },
    },
    {
      method: 'DELETE',
      path: BUCKET,
      permission,
      answer: (request) => {
        if (bucket(request).objects > 0)
          throw new StandInRefusal(409, 10_008, 'The bucket you tried to delete is not empty');
        account.buckets.delete(`${jurisdiction(request)}/${request.values.bucket}`);
        return {};
      },
    },
    {
      method: 'PUT',
      path: `${BUCKET}/lifecycle`,
      permission,
      answer: (request) => {
        bucket(request).lifecycle = jsonBody(request, Lifecycle);
        return {};
      },
    },
    {
      method: 'GET',
      path: `${BUCKET}/cors`,
      permission,
      answer: (request) => {
        const { cors } = bucket(request);
        if (cors.length === 0) throw new StandInRefusal(404, 10_059, 'The CORS configuration does not exist.');
        return { rules: cors };
      },
    },
    {
      method: 'PUT',
      path: `${BUCKET}/cors`,
      permission,
      answer: (request) => {
        bucket(request).cors = jsonBody(request, Cors).rules;
        return {};
      },
    },
    {
      method: 'DELETE',
      path: `${BUCKET}/cors`,
      permission,
      answer: (request) => {
        bucket(request).cors = [];
        return {};
      },
    },
    ...domainRoutes(account),
  ];
}

function domainRoutes(account: StandInAccount): StandInRoute[] {
  const permission = 'r2';
  const newDomain = z.strictObject({
    domain: z.string(),
    zoneId: z.literal(account.zone.id),
    enabled: z.literal(true),
    minTLS: z.enum(['1.2', '1.3']),
  });
  return [
    {
      method: 'POST',
      path: DOMAINS,
      permission,
      answer: (request) => {
        const { domain } = jsonBody(request, newDomain);
        if ([...account.buckets.values()].some(({ domains }) => domains.has(domain))) {
          throw new StandInRefusal(409, 10_055, 'The custom domain is in use already.');
        }
        found(account, request).domains.set(domain, { looks: 0 });
        return { domain, enabled: true, zoneId: account.zone.id };
      },
    },
    {
      method: 'GET',
      path: `${DOMAINS}/:domain`,
      permission,
      answer: (request) => {
        const kept = foundDomain(account, request);
        const state = kept.looks++ > 0 ? 'active' : 'pending';
        return { domain: request.values.domain, enabled: true, status: { ownership: state, ssl: state } };
      },
    },
    {
      method: 'DELETE',
      path: `${DOMAINS}/:domain`,
      permission,
      answer: (request) => {
        foundDomain(account, request);
        found(account, request).domains.delete(request.values.domain ?? '');
        return { domain: request.values.domain };
      },
    },
  ];
}

function jurisdiction({ headers }: StandInRequest): string {
  return headers.get('cf-r2-jurisdiction') ?? 'default';
}

function found(account: StandInAccount, request: StandInRequest): KeptBucket {
  const bucket = account.buckets.get(`${jurisdiction(request)}/${request.values.bucket}`);
  if (bucket === undefined) throw new StandInRefusal(404, 10_006, 'The specified bucket does not exist.');
  return bucket;
}

function foundDomain(account: StandInAccount, request: StandInRequest) {
  const domain = found(account, request).domains.get(request.values.domain ?? '');
  if (domain === undefined) throw new StandInRefusal(404, 10_053, 'The custom domain does not exist.');
  return domain;
}

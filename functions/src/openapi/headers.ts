import { TENANT_HEADER } from '../access/authenticate.ts';
import type { ApiRoute } from './api-route.ts';
import type { Header, Parameter, Reference } from './document.ts';

/** What requests can have in their heads, whatever they ask for. */
export const SHARED_PARAMETERS: Readonly<Record<string, Parameter>> = {
  [TENANT_HEADER]: {
    name: TENANT_HEADER,
    in: 'header',
    required: false,
    description:
      'For the operator only: the tenant that the request is about. Absent: `default`. An API token is of one tenant, and the header says nothing there.',
    schema: { $ref: '#/components/schemas/TenantId' },
  },
  'if-match': {
    name: 'if-match',
    in: 'header',
    required: false,
    description:
      'The `etag` of what you have read, or several (RFC 9110 §13.1.1): nothing is done if it has been changed since. Absent or `*`: whatever it is now.',
    schema: { type: 'string', maxLength: 200, examples: ['"mgx1c2d3-4"'] },
  },
  'idempotency-key': {
    name: 'idempotency-key',
    in: 'header',
    required: false,
    description:
      'Chosen by you, a UUID for one. The same request with the same key is done once, and answered alike for a day: with it, a request whose answer was lost can be sent again.',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{8,128}$', examples: ['0d5f8c1e-6d0f-4a55-9a2e-3f6f0b0c7a11'] },
  },
};

/** A header of a route as it is documented for all. `undefined`: it is of this route alone. */
export function sharedParameter(name: string): Reference | undefined {
  return name in SHARED_PARAMETERS ? { $ref: `#/components/parameters/${name}` } : undefined;
}

/** What answers have in their heads. */
export const SHARED_HEADERS: Readonly<Record<string, Header>> = {
  etag: {
    description: 'The version of what is in the body (RFC 9110 §8.8.3), for `if-match`.',
    schema: { type: 'string', pattern: '^"[0-9a-z]+-[0-9]+"$', examples: ['"mgx1c2d3-4"'] },
  },
  location: { description: 'The address of what was made.', schema: { type: 'string', format: 'uri-reference' } },
  'retry-after': {
    description: 'Seconds until the same request can be sent again (RFC 9110 §10.2.3).',
    schema: { type: 'integer', minimum: 1 },
  },
  'www-authenticate': { description: 'RFC 6750 §3.', schema: { type: 'string' } },
  'x-request-id': {
    description: 'Names the request, in the log and in the audit too. Taken from the request where it has one.',
    schema: { type: 'string', maxLength: 255 },
  },
  'idempotency-replayed': {
    description: '`true`: the answer is that to an earlier request with the same `idempotency-key`.',
    schema: { type: 'string', const: 'true' },
  },
};

/** References to headers that are documented once. */
export function headerRefs(names: readonly string[]): Record<string, Reference> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** What any request of a route can have in its head. */
export function sharedParameters({ method }: ApiRoute): Reference[] {
  const names = [TENANT_HEADER, ...(method === 'post' ? ['idempotency-key'] : [])];
  return names.flatMap((name) => sharedParameter(name) ?? []);
}

import manifest from '../../package.json' with { type: 'json' };
import { SCOPES } from '../access/scope.ts';
import { BODY_BYTES_MAX } from '../http/json-body.ts';
import { API_RATE_LIMIT } from '../http/limit-rate.ts';
import { Problem } from '../http/problem.ts';
import { TenantId } from '../tenants/tenant.ts';
import type { ApiRoute } from './api-route.ts';
import type { Document, Operation } from './document.ts';
import { SHARED_HEADERS, SHARED_PARAMETERS } from './headers.ts';
import { JsonSchemas } from './json-schemas.ts';
import { operationOf, schemasOf } from './operation.ts';
import { SHARED_REFUSALS } from './refusal-responses.ts';
import { TAGS } from './tags.ts';

const DESCRIPTION = `Channels with their stream keys, restream targets and playback tokens, broadcasts, recordings and clips, what happens to them, and what it costs.

**Names.** What ends in \`Ms\` is milliseconds, in \`S\` seconds, in \`Bps\` bits a second, in \`Px\` pixels, in \`Bytes\` bytes. What ends in \`AtMs\` is a time: milliseconds since 1970-01-01T00:00:00Z.

**Requests.** Bodies are JSON of at most ${BODY_BYTES_MAX / 1_024} KiB. A field that is not documented is refused, so that a misspelt one does not go unnoticed. In answers there may be more fields than are documented here.

**Doing it twice.** Every request can be sent again when its answer was lost: what makes something under a name of yours, changes or deletes it does nothing the second time, and for the rest there is \`idempotency-key\`.

**Changing what others change.** An \`etag\` is the version of what you read; sent back in \`if-match\`, the change is made only if nobody was faster.

**Lists** come page by page where they can be long: \`next\` is what to ask for after this page.

**Refusals** are problems (RFC 9457): \`code\` is for programs, \`detail\` is a sentence for people. One caller has ${API_RATE_LIMIT.perSecond} requests a second, and ${API_RATE_LIMIT.burst} at once; whoever gets a 429 or 503 finds in \`retry-after\` when to come again.`;

const BEARER = `An API token, or the operator's token: \`authorization: Bearer …\` (RFC 6750). An API token has scopes, and an operation names the one that it needs, if it needs one: ${SCOPES.map((scope) => `\`${scope}\``).join(', ')}. \`write\` does not include \`read\`. The operator's token is for everything, and only it for operations that need \`operator\`.`;

/** The OpenAPI document of an API at an origin. */
export function buildDocument(routes: readonly ApiRoute[], origin: string): Document {
  const all = routes.map((route) => schemasOf(route));
  const schemas = new JsonSchemas({
    input: all.flatMap(({ input }) => input),
    output: [TenantId, Problem, ...all.flatMap(({ output }) => output)],
  });
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, schemas) };
  }
  const used = new Set(routes.flatMap(({ tags }) => tags));
  return {
    openapi: '3.1.1',
    info: {
      title: 'Sluice control API',
      version: manifest.version,
      summary: 'Live streaming with no origin server.',
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: origin, description: 'Where this document is from.' }],
    tags: TAGS.filter(({ name }) => used.has(name)),
    security: [{ bearer: [] }],
    paths,
    components: {
      schemas: schemas.components,
      responses: SHARED_REFUSALS,
      parameters: SHARED_PARAMETERS,
      headers: SHARED_HEADERS,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: BEARER } },
    },
  };
}

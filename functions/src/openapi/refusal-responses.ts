import { PROBLEM_CONTENT_TYPE } from '@sluice/contracts';
import { PROBLEMS, type ProblemCode } from '../http/problem.ts';
import type { ApiRoute } from './api-route.ts';
import type { ApiResponse, JsonSchema, Reference } from './document.ts';
import { headerRefs } from './headers.ts';

/** What any route can say. */
const OF_EVERY_ROUTE: readonly ProblemCode[] = [
  'token-invalid',
  'scope-missing',
  'no-such-tenant',
  'too-many-requests',
  'internal-error',
  'store-busy',
];
const OF_BODIES: readonly ProblemCode[] = ['request-too-large', 'media-type-unsupported'];
const OF_IDEMPOTENCY_KEYS: readonly ProblemCode[] = ['request-in-progress', 'idempotency-key-reused'];

/** What is said with a time to come again at. */
const COME_BACK = new Set<ProblemCode>([
  'too-many-requests',
  'store-busy',
  'edge-unreachable',
  'region-unreachable',
  'request-in-progress',
]);

/** A problem, narrowed to these codes. */
function problemOf(codes: readonly ProblemCode[]): JsonSchema {
  return { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: [...codes] } } }] };
}

function refusal(codes: readonly ProblemCode[]): ApiResponse {
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
    headers: headerRefs(headersOf(codes)),
    content: { [PROBLEM_CONTENT_TYPE]: { schema: problemOf(codes) } },
  };
}

function headersOf(codes: readonly ProblemCode[]): string[] {
  const comesBack = codes.some((code) => COME_BACK.has(code));
  const asksForToken = codes.includes('token-invalid');
  return ['x-request-id', ...(comesBack ? ['retry-after'] : []), ...(asksForToken ? ['www-authenticate'] : [])];
}

/** The refusals that many operations refer to: those that are alone under their status. */
export const SHARED_REFUSALS: Readonly<Record<string, ApiResponse>> = Object.fromEntries(
  [...OF_EVERY_ROUTE, ...OF_BODIES, 'request-invalid' as const, 'idempotency-key-reused' as const].map((code) => [
    code,
    refusal([code]),
  ]),
);

/** The refusals of a route, status by status. */
export function refusalResponses(route: ApiRoute): Record<string, ApiResponse | Reference> {
  const { '4XX': own } = route.responses;
  const codes = [...new Set([...commonCodes(route), ...(own?.codes ?? [])])];
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  const responses = [...byStatus]
    .sort(([one], [other]) => one - other)
    .map(([status, those]) => {
      const [only = 'internal-error', ...more] = those;
      const isShared = more.length === 0 && only in SHARED_REFUSALS;
      return [String(status), isShared ? { $ref: `#/components/responses/${only}` } : refusal(those)] as const;
    });
  return Object.fromEntries(responses);
}

function commonCodes({ method, request }: ApiRoute): ProblemCode[] {
  const takesAnything = Object.values(request).some((part) => part !== undefined);
  return [
    ...(takesAnything || method === 'post' ? ['request-invalid' as const] : []),
    ...OF_EVERY_ROUTE,
    ...(request.body === undefined ? [] : OF_BODIES),
    ...(method === 'post' ? OF_IDEMPOTENCY_KEYS : []),
  ];
}

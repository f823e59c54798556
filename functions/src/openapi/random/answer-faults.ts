import { PROBLEM_CONTENT_TYPE } from '@sluice/contracts';
import { Problem, type ProblemCode } from '../../http/problem.ts';
import type { Document, Operation } from '../document.ts';
import { responseOf, SchemaFaults } from '../schema-faults.ts';

/** An answer that was read. */
export interface ReadAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What was asked, as far as it says what may be answered. */
export interface Asked {
  readonly method: string;
  /** As it went over the line. */
  readonly url: URL;
  readonly hasBody: boolean;
}

/** Of headers that only some answers have, those that a client goes by. */
const TOLD_HEADERS = ['etag', 'location', 'retry-after', 'www-authenticate', 'idempotency-replayed'];
/** What is said before the address is looked at, or because there is nothing at it. */
const ANYWHERE = new Set<ProblemCode>([
  'no-such-address',
  'method-not-allowed',
  'token-invalid',
  'no-such-tenant',
  'request-too-large',
  'media-type-unsupported',
  'request-invalid',
  'idempotency-key-reused',
  'request-in-progress',
]);

/** Says, for a test, what of an answer is not as the document says. */
export class AnswerFaults {
  readonly #document: Document;
  readonly #schemas: SchemaFaults;
  readonly #paths: readonly (readonly [pattern: RegExp, methods: Readonly<Record<string, Operation>>])[];

  constructor(document: Document) {
    this.#document = document;
    this.#schemas = new SchemaFaults(document);
    this.#paths = Object.entries(document.paths).map(([path, methods]) => [
      new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      methods,
    ]);
  }

  /** The operation that a request came to, whatever was meant. */
  operation({ method, url }: Asked): Operation | undefined {
    const asked = method === 'HEAD' ? 'get' : method.toLowerCase();
    return this.#paths.find(([pattern, methods]) => pattern.test(url.pathname) && asked in methods)?.[1][asked];
  }

  /** `undefined`: it is as it should be. */
  of(asked: Asked, answer: ReadAnswer): string | undefined {
    const operation = this.operation(asked);
    if (answer.status >= 400) return this.#refusal(operation, asked, answer);
    const declared = responseOf(this.#document, operation?.responses[answer.status]);
    if (declared === undefined) return 'the document has no such status';
    const undeclared = TOLD_HEADERS.filter((name) => answer.headers.has(name) && !(name in (declared.headers ?? {})));
    if (undeclared.length > 0) return `the document has no ${undeclared.join(', ')} in its head`;
    const [[type, media] = []] = Object.entries(declared.content ?? {});
    if (media === undefined || asked.method === 'HEAD') return answer.text === '' ? undefined : 'it has a body';
    if (answer.headers.get('content-type') !== type) return 'it is of another content type';
    return this.#schemas.of(media.schema, JSON.parse(answer.text));
  }

  #refusal(operation: Operation | undefined, asked: Asked, { status, headers, text }: ReadAnswer): string | undefined {
    if (headers.get('content-type') !== PROBLEM_CONTENT_TYPE) return 'it is no problem';
    if (headers.get('cache-control') !== 'no-store') return 'a refusal may be kept';
    if (asked.method === 'HEAD') return undefined;
    const body: unknown = JSON.parse(text);
    const read = Problem.safeParse(body);
    if (!read.success) return `it is no problem: ${read.error.message}`;
    const { code } = read.data;
    if (code === 'internal-error') return 'it failed';
    if (operation === undefined) return ANYWHERE.has(code) ? undefined : `${code} is no refusal of no operation`;
    // A body that is not asked for is not documented, and must not be too large or of another type all the same.
    const isOfBody = code === 'request-too-large' || code === 'media-type-unsupported';
    if (isOfBody && operation.requestBody === undefined && asked.hasBody) return undefined;
    const declared = responseOf(this.#document, operation.responses[status]);
    const schema = declared?.content?.[PROBLEM_CONTENT_TYPE]?.schema;
    return schema === undefined ? 'the document has no such status' : this.#schemas.of(schema, body);
  }
}

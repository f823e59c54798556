import fc, { type Arbitrary } from 'fast-check';
import { TENANT_HEADER } from '../../access/authenticate.ts';
import { BODY_BYTES_MAX } from '../../http/json-body.ts';
import { type Document, isReference, nameOf, type Operation, type Parameter } from '../document.ts';
import { SchemaArbitraries } from './schema-arbitrary.ts';

/** Who calls, for `World` to find the token of. */
export const CALLERS = ['operator', 'scoped', 'foreign', 'unscoped', 'nobody', 'garbage', 'node', 'edge'] as const;
export type CallerKind = (typeof CALLERS)[number];

/** A request as it was thought of. */
export interface RandomRequest {
  readonly operation: Pick<Operation, 'operationId' | 'security'>;
  readonly method: string;
  /** With names in braces. */
  readonly path: string;
  /** Which of the things that `World` has seen it is about. */
  readonly about: number;
  /** What stands in the place of a name instead of what that thing has there. */
  readonly segments: Readonly<Record<string, string>>;
  readonly query: string;
  readonly caller: CallerKind;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

const LONG = 'a'.repeat(3_000);
const ODD_SEGMENTS = ['..', '.', '%00', '%2e%2e', '%2F', '%', '%zz', '%ff', '%E2%80%AE', ' ', '🎬', '-', '0', 'null'];
const ODD_NAMES = ['__proto__', 'constructor', 'toString', '{channelId}', "'%20OR%201=1--", 'DEFAULT', LONG, ''];
const ODD_TYPES = [
  'text/plain',
  'application/json;',
  'application/json ; charset=utf-8',
  'application/json; charset=utf-16',
  'APPLICATION/JSON',
  'application/problem+json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  ',',
];
const ODD_BODIES = [
  '',
  'null',
  '[]',
  '"text"',
  '1e999',
  '{"channelId":',
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{}}}',
  '{"channelId":"twice","channelId":"twice"}',
  '[123456789012345678901234567890]',
  '{"channelId":"\\ud800"}',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `{"name":"${'x'.repeat(BODY_BYTES_MAX)}"}`,
  `{"name":"${'x'.repeat(BODY_BYTES_MAX / 2)}"}`,
  new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
  new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]),
  new Uint8Array(64),
];
const oddValue = fc.oneof(
  fc.constantFrom<unknown>(null, -1, 0, 1e21, 2 ** 53, -0.5, '', LONG, '\u0000', '\ud800', [], {}, [[[[]]]], true, '0'),
  fc.jsonValue({ maxDepth: 3 }),
);

/**
 * Requests of an API, good and bad ones, out of its document.
 *
 * @param isWanted of which operations.
 */
export function requestArbitrary(
  document: Document,
  isWanted: (operationId: string) => boolean = () => true,
): Arbitrary<RandomRequest> {
  const values = new SchemaArbitraries(document.components.schemas);
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      if (!isWanted(operation.operationId)) return [];
      const parameters = operation.parameters.map((it) =>
        isReference(it) ? document.components.parameters[nameOf(it)] : it,
      );
      const arbitrary = requestsOf({
        document,
        values,
        path,
        method,
        operation,
        parameters: parameters.filter((it) => it !== undefined),
      });
      // Else there is never anything left.
      return [{ weight: method === 'delete' ? 1 : 4, arbitrary }];
    }),
  );
  return fc.oneof(...all);
}

interface Parts {
  readonly document: Document;
  readonly values: SchemaArbitraries;
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
  readonly parameters: readonly Parameter[];
}

function requestsOf(parts: Parts): Arbitrary<RandomRequest> {
  const { path, method, operation } = parts;
  const { operationId, security } = operation;
  const request = {
    operation: fc.constant({ operationId, security }),
    path: fc.constant(path),
    method: often(fc.constant(method.toUpperCase()), fc.constantFrom('PUT', 'OPTIONS', 'HEAD', 'DELETE', 'POST'), 40),
    about: fc.nat(1_000),
    segments: segmentsOf(parts),
    query: queryOf(parts),
    caller: often(fc.constantFrom<CallerKind>('operator', 'scoped'), fc.constantFrom(...CALLERS), 4),
  };
  return fc
    .tuple(fc.record(request), headersOf(parts), bodyOf(parts), often(json, fc.constantFrom(...ODD_TYPES), 12))
    .map(([rest, headers, body, type]) => {
      const isBare = body === undefined || rest.method === 'HEAD' || rest.method === 'GET';
      const about = isBare || type === '' ? {} : { 'content-type': type };
      return { ...rest, headers: { ...headers, ...about }, body: isBare ? undefined : body };
    });
}

const json = fc.constant('application/json');

/** The one, and every so many times the other. */
function often<T>(usual: Arbitrary<T>, odd: Arbitrary<T>, everyCount: number): Arbitrary<T> {
  return fc.oneof({ weight: everyCount, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

function segmentsOf({ parameters, values }: Parts): Arbitrary<Record<string, string>> {
  const segments = parameters
    .filter((it) => it.in === 'path')
    .map(({ name, schema }) => {
      const good = values.of(schema).map((value) => encodeURIComponent(String(value)));
      const odd = fc.constantFrom(...ODD_SEGMENTS, ...ODD_NAMES);
      return [name, optionally(fc.oneof(good, odd), 5)] as const;
    });
  return present(segments);
}

/** Once in so many times. */
function optionally<T>(value: Arbitrary<T>, everyCount: number): Arbitrary<T | undefined> {
  return often<T | undefined>(fc.constant(undefined), value, everyCount);
}

function present(fields: readonly (readonly [string, Arbitrary<string | undefined>])[]) {
  return fc.record<Record<string, string | undefined>>(Object.fromEntries(fields)).map((record) => {
    const all: Record<string, string> = {};
    for (const [name, value] of Object.entries(record)) if (value !== undefined) all[name] = value;
    return all;
  });
}

function queryOf({ parameters, values }: Parts): Arbitrary<string> {
  const good = parameters
    .filter((it) => it.in === 'query')
    .map(({ name, schema }) => fc.option(values.of(schema).map((value) => [name, String(value)] as const)));
  const names = parameters.map(({ name }) => name);
  const odd = fc.tuple(fc.constantFrom('x', '__proto__', 'limit[]', ...names), fc.oneof(oddValue, fc.string()));
  const extra = fc.array(odd, { minLength: 1, maxLength: 3 });
  return fc.tuple(fc.tuple(...good), often(fc.constant<[string, unknown][]>([]), extra, 8)).map(([pairs, more]) => {
    const query = new URLSearchParams();
    for (const [name, value] of pairs.filter((pair) => pair !== null)) query.append(name, value);
    for (const [name, value] of more) query.append(name, typeof value === 'string' ? value : textOf(value));
    return query.toString();
  });
}

function headersOf({ parameters, values }: Parts): Arbitrary<Record<string, string>> {
  const headers = parameters
    .filter((it) => it.in === 'header')
    .map(({ name, schema }) => {
      const good = values.of(schema).map((value) => toHeader(String(value)));
      // Few, so that some come twice.
      const known = fc.constantFrom(
        ...(name === TENANT_HEADER ? ['default', 'acme'] : ['*', '"x-1"', 'a-key-1', 'a-key-2']),
      );
      const odd = fc.constantFrom('', '"', ',', LONG.slice(0, 300), 'é');
      return [name, often<string>(fc.oneof(known, good), odd, 6)] as const;
    });
  return present(headers.map(([name, value]) => [name, optionally(value, 3)]));
}

/** Of what a header's field can have (RFC 9110 §5.5). */
function toHeader(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 500);
}

function bodyOf({ operation, values }: Parts): Arbitrary<RandomRequest['body']> {
  const { schema, example } = operation.requestBody?.content['application/json'] ?? {};
  const odd = fc.constantFrom(...ODD_BODIES);
  if (schema === undefined) return often<RandomRequest['body']>(fc.constant(undefined), odd, 12);
  // Rules that no schema tells of (what must be before what) make most others bad.
  const good = example === undefined ? values.of(schema) : often(values.of(schema), fc.constant(example), 2);
  const mutated = fc.tuple(good, fc.nat(50), fc.constantFrom('drop', 'add', 'replace'), oddValue).map(mutate);
  return often<RandomRequest['body']>(
    often(good.map(textOf), mutated.map(textOf), 2),
    fc.oneof(odd, fc.constant(undefined), fc.jsonValue().map(textOf)),
    8,
  );
}

function textOf(value: unknown): string {
  return JSON.stringify(value);
}

function mutate([value, at, how, odd]: [value: unknown, at: number, how: string, odd: unknown]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return odd;
  const entries = Object.entries(value);
  const index = at % Math.max(entries.length, 1);
  const [name = 'extra'] = entries[index] ?? [];
  if (how === 'drop') return Object.fromEntries(entries.filter((_, place) => place !== index));
  if (how === 'add') return { ...value, extra: odd };
  return { ...value, [name]: odd };
}

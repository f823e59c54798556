import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { CHANNEL_DEFAULTS } from '../channels/channel.ts';
import { PROBLEM_CODES, PROBLEMS } from '../http/problem.ts';
import { TestApp } from '../test-app.ts';
import { type Document, isReference, type JsonSchema, nameOf, type Operation } from './document.ts';
import { responseOf, SchemaFaults } from './schema-faults.ts';

let app: TestApp;
let document: Document;
beforeAll(async () => {
  app = await TestApp.start();
  const answer = await app.request('/openapi.json');
  document = JSON.parse(await answer.text());
});
afterAll(() => app[Symbol.dispose]());

function operations(): (Operation & { method: string; path: string })[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method, path })),
  );
}

function parametersOf({ parameters }: Operation) {
  return parameters.map((it) => (isReference(it) ? document.components.parameters[nameOf(it)] : it));
}

/** Every schema of the document, with where it stands. */
function schemas(value: unknown = document, at = ''): [at: string, schema: JsonSchema][] {
  if (typeof value !== 'object' || value === null) return [];
  const isSchema = /\/(schema|items|schemas\/[^/]+|properties\/[^/]+|(one|any|all)Of\/[0-9]+)$/.test(at);
  const inner = Object.entries(value).flatMap(([key, part]) => schemas(part, `${at}/${key}`));
  return isSchema ? [[at, { ...value }], ...inner] : inner;
}

describe('the document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { openapi, ...rest } = document;
    expect(openapi).toMatch(/^3\.1\./);
    expect(await new Validator().validate({ openapi, ...rest })).toEqual({ valid: true });
  });

  it('is open, may be kept for a while, and says where and of which version it is', async () => {
    const answer = await app.request('https://control.example/openapi.json');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toMatchObject({
      info: { version: manifest.version },
      servers: [{ url: 'https://control.example' }],
    });
  });

  it('has everything below /v1, and nothing of what nodes and the edge call', () => {
    const paths = Object.keys(document.paths);
    expect(paths).toContain('/v1/channels/{channelId}/stream-keys/{keyId}/rotate');
    expect(paths.filter((path) => !path.startsWith('/v1/') || /\/$|^\/v1\/(ingest|edge)(\/|$)/.test(path))).toEqual([]);
  });

  it('has no schema that says nothing', () => {
    const all = schemas();
    expect(all.length).toBeGreaterThan(200);
    expect(all.filter(([, schema]) => Object.keys(schema).length === 0)).toEqual([]);
  });

  it('describes each component, parameter, header and tag', () => {
    const { schemas: named, parameters, headers, securitySchemes } = document.components;
    const own = operations().flatMap((operation) => parametersOf(operation).map((it) => [it?.name, it] as const));
    const all = [named, parameters, headers, securitySchemes].flatMap((those) => Object.entries<object>(those));
    const described: (readonly [unknown, object | undefined])[] = [...all, ...own];
    const bare = described.filter(([, it]) => !(it !== undefined && 'description' in it && it.description));
    expect(bare.map(([name]) => name)).toEqual([]);
    const tags = new Map(document.tags.map(({ name, description }) => [name, description]));
    for (const { tags: its, path } of operations()) expect(tags.get(its[0] ?? ''), path).toMatch(/\.$/);
  });

  it('has all codes of refusals', () => {
    const { properties = {} } = document.components.schemas.Problem ?? {};
    expect(properties).toMatchObject({ code: { enum: PROBLEM_CODES } });
  });

  it('says what the kinds of a union are told apart by', () => {
    const { oneOf, discriminator } = document.components.schemas.IngestEvent ?? {};
    expect(oneOf).toHaveLength(6);
    expect(discriminator).toMatchObject({
      propertyName: 'kind',
      mapping: { 'health-warning': '#/components/schemas/IngestEventHealthWarning' },
    });
  });

  it('says what a channel has where its owner names nothing', async () => {
    const { properties = {} } = document.components.schemas.ChannelCreate ?? {};
    const told = Object.entries(properties).map(([name, it]) => [
      name,
      typeof it === 'object' ? it.default : undefined,
    ]);
    expect(Object.fromEntries(told)).toEqual({ channelId: undefined, ...CHANNEL_DEFAULTS });
  });

  it('knows what is an example of its schemas', () => {
    const faults = new SchemaFaults(document);
    let count = 0;
    for (const [at, schema] of schemas()) {
      for (const example of schema.examples ?? []) {
        count += 1;
        expect(faults.of(schema, example), at).toBeUndefined();
      }
    }
    for (const { path, method, requestBody, responses } of operations()) {
      const bodies = [requestBody, ...Object.values(responses).map((it) => responseOf(document, it))];
      for (const { schema, example } of bodies.flatMap((it) => Object.values(it?.content ?? {}))) {
        if (example === undefined) continue;
        count += 1;
        expect(faults.of(schema, example), `${method} ${path}`).toBeUndefined();
      }
    }
    expect(count).toBeGreaterThan(50);
  });
});

describe('every operation', () => {
  it('has an id of its own, a summary, one tag and the scope that it needs', () => {
    const ids = operations().map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operationId, summary, tags, security, path } of operations()) {
      expect(operationId, path).toMatch(/^[a-z]+([A-Z][a-z]+)+$/);
      expect(summary, path).toMatch(/^[A-Z].*[^.]$/);
      expect(tags, path).toHaveLength(1);
      // Who asks whose token it is has one, whatever that is for.
      const scopes = operationId === 'showCaller' ? [] : [expect.stringMatching(/^operator$|^[a-z-]+:(read|write)$/)];
      expect(security, path).toEqual([{ bearer: scopes }]);
    }
  });

  it('declares the parameters of its path', () => {
    for (const operation of operations()) {
      const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = parametersOf(operation).filter((it) => it?.in === 'path' && it.required);
      expect(
        declared.map((it) => it?.name),
        operation.path,
      ).toEqual(inPath);
    }
  });

  it('has a good answer, with a schema if it has a body, and one example', () => {
    for (const { operationId, responses } of operations()) {
      const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      expect(good, operationId).not.toEqual([]);
      for (const [status, response] of good) {
        const media = responseOf(document, response)?.content?.['application/json'];
        if (status === '204') expect(media, operationId).toBeUndefined();
        else expect(media, operationId).toMatchObject({ schema: expect.anything(), example: expect.anything() });
      }
    }
  });

  it('refuses under each status with the codes that have it', () => {
    for (const { operationId, responses } of operations()) {
      const bad = Object.entries(responses).filter(([status]) => /^[45]/.test(status));
      expect(
        bad.map(([status]) => status),
        operationId,
      ).toEqual(expect.arrayContaining(['401', '403', '429', '503']));
      for (const [status, response] of bad) {
        const schema = responseOf(document, response)?.content?.['application/problem+json']?.schema;
        const [problem, narrowed] = schema?.allOf ?? [];
        expect(problem, operationId).toEqual({ $ref: '#/components/schemas/Problem' });
        const codes = new Set(JSON.stringify(narrowed ?? {}).match(/[a-z-]+/g) ?? []);
        const statuses = PROBLEM_CODES.filter((code) => codes.has(code)).map((code) => String(PROBLEMS[code].status));
        expect(new Set(statuses), operationId).toEqual(new Set([status]));
      }
    }
  });
});

import { createRoute, type RouteConfig } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answers, body, newApi, nothing, refuses, secured } from '../http/api.ts';
import { apiRoutes } from './api-route.ts';
import { buildDocument } from './build-document.ts';

const GOOD = {
  ...secured('channels:write'),
  tags: ['channels'],
  operationId: 'doIt',
  method: 'post',
  path: '/',
  summary: 'Do it',
  responses: { ...nothing, ...refuses('no-such-channel') },
} as const satisfies RouteConfig;

function documentOf(route: RouteConfig, at = '/v1/things') {
  const app = newApi();
  app.route(
    at,
    newApi().openapi(createRoute(route), (c) => c.body(null, 204)),
  );
  return buildDocument(apiRoutes(app), 'https://control.example');
}

function operationOf(route: RouteConfig) {
  const [methods = {}] = Object.values(documentOf(route).paths);
  return Object.values(methods)[0];
}

describe('the document of a route', () => {
  it('has its address without a slash at the end', () => {
    expect(Object.keys(documentOf(GOOD).paths)).toEqual(['/v1/things']);
    expect(Object.keys(documentOf({ ...GOOD, path: '/{thingId}/rest' }).paths)).toEqual(['/v1/things/{thingId}/rest']);
  });

  it('is left out where only nodes or the edge call', () => {
    expect(documentOf(GOOD, '/v1/edge/events').paths).toEqual({});
    expect(documentOf(GOOD, '/v1/ingest/events').paths).toEqual({});
    expect(Object.keys(documentOf(GOOD, '/v1/edges').paths)).toEqual(['/v1/edges']);
  });

  it.each(['operationId', 'summary', 'tags', 'security'] as const)('is refused without %s', (name) => {
    const { [name]: _, ...rest } = GOOD;
    expect(() => documentOf(rest)).toThrow('post /v1/things lacks what is documented');
  });

  it('has its own refusals and those of every route, by their status', () => {
    const { responses = {} } = operationOf(GOOD) ?? {};
    expect(Object.keys(responses)).toEqual(['204', '400', '401', '403', '404', '409', '422', '429', '500', '503']);
    expect(responses['401']).toEqual({ $ref: '#/components/responses/token-invalid' });
    expect(JSON.stringify(responses['404'])).toContain('"enum":["no-such-tenant","no-such-channel"]');
  });

  it('has what only bodies, and only changes, are refused for where there are any', () => {
    const withBody = { ...GOOD, request: body(z.strictObject({ name: z.string() })) };
    expect(Object.keys(operationOf(withBody)?.responses ?? {})).toEqual(expect.arrayContaining(['413', '415']));
    const read = operationOf({ ...GOOD, method: 'get', responses: { ...nothing, ...refuses() } });
    expect(Object.keys(read?.responses ?? {})).toEqual(['204', '401', '403', '404', '429', '500', '503']);
    expect(JSON.stringify(read?.parameters)).not.toContain('idempotency-key');
  });

  it('is refused where the route does not say which refusals are its own', () => {
    const { codes: _, ...any } = refuses()['4XX'];
    for (const responses of [nothing, { ...nothing, '4XX': any }]) {
      expect(() => documentOf({ ...GOOD, responses })).toThrow('post /v1/things lacks what is documented');
    }
  });

  it('refers to heads that many have', () => {
    const params = z.object({ id: z.string().describe('Of the thing.') });
    const headers = z.object({ 'if-match': z.string().optional(), other: z.string().describe('Another.').optional() });
    const read = operationOf({ ...GOOD, path: '/{id}', request: { params, headers } });
    expect(read?.parameters).toEqual([
      { name: 'id', in: 'path', required: true, description: 'Of the thing.', schema: { type: 'string' } },
      { $ref: '#/components/parameters/if-match' },
      { name: 'other', in: 'header', required: false, description: 'Another.', schema: { type: 'string' } },
      { $ref: '#/components/parameters/sluice-tenant' },
      { $ref: '#/components/parameters/idempotency-key' },
    ]);
  });

  it('has an example of each body, and none where it would have to be guessed', () => {
    const Thing = z.object({ madeAtMs: z.int(), name: z.string().meta({ examples: ['x'] }), left: z.int().optional() });
    const told = operationOf({ ...GOOD, responses: { 200: answers('Done.', Thing), ...refuses() } });
    expect(JSON.stringify(told?.responses['200'])).toContain('"example":{"madeAtMs":1793556000000,"name":"x"}');
    const Odd = z.object({ code: z.string().regex(/^x[0-9]{4}$/) });
    const odd = operationOf({ ...GOOD, responses: { 200: answers('Done.', Odd), ...refuses() } });
    expect(JSON.stringify(odd?.responses['200'])).not.toContain('example');
  });
});

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from '../../test-app.ts';
import type { Document } from '../document.ts';
import { AnswerFaults } from './answer-faults.ts';
import { type RandomRequest, requestArbitrary } from './request-arbitrary.ts';
import { World } from './world.ts';

/**
 * Random requests out of the API's own document. Whatever is asked: the answer is one that the document has, it is never
 * a failure of ours, and it shows no secret. `SLUICE_RANDOM_REQUESTS=100000` sends so many, others each time; the seed
 * stands in the message of what fails.
 */
const asked = Number(process.env.SLUICE_RANDOM_REQUESTS ?? 0);
const RUNS = asked > 0 ? asked : 2_500;
const SEED = asked > 0 ? {} : { seed: 20_261_126 };
const LONG_MS = 60_000 + asked * 20;

let app: TestApp;
let world: World;
let document: Document;
let faults: AnswerFaults;
beforeAll(async () => {
  app = await TestApp.start();
  world = await World.plant(app);
  document = JSON.parse(await (await app.request('/openapi.json')).text());
  faults = new AnswerFaults(document);
});
afterAll(() => app[Symbol.dispose]());

/** How often an operation was answered with a status. */
const told = new Map<string, Map<number, number>>();

async function send(request: RandomRequest): Promise<void> {
  // Limits and times of one request after the other.
  app.nowMs += 7;
  const query = request.query === '' ? '' : `?${request.query}`;
  const url = new URL(`${world.path(request)}${query}`, 'http://localhost');
  const bearer = world.bearer(request);
  const headers = { ...request.headers, ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) };
  const { method, body } = request;
  const answer = await app.request(url.href, { method, headers, ...(body !== undefined && { body }) });
  const text = await answer.text();
  const what = { method, url, hasBody: body !== undefined };

  const fault = faults.of(what, { status: answer.status, headers: answer.headers, text });
  const isReplayed = answer.headers.has('idempotency-replayed');
  const shown = isReplayed ? [] : [...world.secrets].filter((secret) => text.includes(secret));
  if (fault !== undefined || shown.length > 0) {
    const why = fault ?? 'it shows a secret';
    throw new Error(
      `${method} ${url.href.slice(0, 300)} as ${request.caller}: ${answer.status} ${text.slice(0, 500)}: ${why}`,
    );
  }
  if (answer.ok && text !== '') world.learn(JSON.parse(text));
  count(faults.operation(what)?.operationId ?? 'none', answer.status);
}

function count(operationId: string, status: number): void {
  const statuses = told.get(operationId) ?? new Map<number, number>();
  told.set(operationId, statuses.set(status, (statuses.get(status) ?? 0) + 1));
}

describe('random requests', () => {
  it(
    'are answered as the document says',
    async () => {
      const property = fc.asyncProperty(requestArbitrary(document), send);
      // What fails goes by what was sent before, so it is not made smaller.
      await fc.assert(property, { numRuns: RUNS, endOnFailure: true, ...SEED });
      expect(app.logLines.filter((line) => line.includes('a request failed'))).toEqual([]);
    },
    LONG_MS,
  );

  it('came to all operations, and to all kinds of answers', () => {
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((it) => it.operationId));
    const isGood = (id: string) => [...(told.get(id)?.keys() ?? [])].some((status) => status < 300);
    expect(ids.filter((id) => !isGood(id))).toEqual([]);
    const statuses = new Set([...told.values()].flatMap((it) => [...it.keys()]));
    expect(statuses).toEqual(new Set([...statuses, 200, 201, 204, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422]));
  });

  it('left no secret in the log', () => {
    const log = app.logLines.join('\n');
    expect([...world.secrets].filter((secret) => log.includes(secret))).toEqual([]);
  });
});

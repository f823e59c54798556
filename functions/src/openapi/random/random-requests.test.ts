import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodeServer } from '../../http/node-server.ts';
import { RegionWaker } from '../../ingest-regions/region-waker.ts';
import { AwsEndpoint } from '../../lambda/aws-fixture.ts';
import { MediaLiveEndpoint, mediaLiveAt } from '../../medialive/medialive-endpoint-fixture.ts';
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
const RUNS = asked > 0 ? asked : 2_000;
/** A server of HTTP has heads and bodies of its own. */
const HTTP_RUNS = asked > 0 ? asked / 10 : 300;
const seedOf = (round = 0) => (asked > 0 ? {} : { seed: 20_261_126 + round });
/** So many, and then the edge tells of something. */
const REQUESTS_A_ROUND = 100;
/** Fewer do not always come to everything. */
const MANY = 10_000;
/** Of requests that are of rare operations only; most times it takes one or two, for ids and so what they meet are others each time. */
const ROUNDS_MORE = 200;
const LONG_MS = 60_000 + asked * 20;

let aws: MediaLiveEndpoint;
let ecs: AwsEndpoint;
let app: TestApp;
let server: NodeServer;
let world: World;
let document: Document;
let faults: AnswerFaults;
beforeAll(async () => {
  aws = await MediaLiveEndpoint.start();
  ecs = await AwsEndpoint.start();
  ecs.answers.set('AmazonEC2ContainerServiceV20141113.DescribeServices', {
    status: 200,
    body: { services: [{ desiredCount: 0, runningCount: 0 }], failures: [] },
  });
  const services = [{ region: 'eu-west-1', cluster: 'c', service: 's' }];
  const regionWaker = new RegionWaker({ services, ecsOf: ecs.clients.ecsOf, log: pino({ level: 'silent' }) });
  app = await TestApp.start({ mediaLive: mediaLiveAt(aws), regionWaker });
  server = await NodeServer.listen({ fetch: (request: Request) => app.handle(request) }, '127.0.0.1', 0);
  world = await World.plant(app);
  document = JSON.parse(await (await app.request('/openapi.json')).text());
  faults = new AnswerFaults(document);
});
afterAll(async () => {
  await server.close();
  world[Symbol.dispose]();
  app[Symbol.dispose]();
  await aws[Symbol.asyncDispose]();
  ecs.close();
});

let requests = 0;
/** How often an operation was answered with a status. */
const told = new Map<string, Map<number, number>>();

type Send = (path: string, init: RequestInit) => Promise<Response>;
const inProcess: Send = (path, init) => app.request(path, init);
const overHttp: Send = (path, init) => fetch(`http://127.0.0.1:${server.port}${path}`, init);

async function check(request: RandomRequest, send: Send): Promise<void> {
  // Limits and times of one request after the other.
  app.nowMs += 7;
  requests += 1;
  if (requests % REQUESTS_A_ROUND === 0) await world.goOn();
  const query = request.query === '' ? '' : `?${request.query}`;
  const url = new URL(`${world.path(request)}${query}`, 'http://localhost');
  const bearer = world.bearer(request);
  const headers = { ...request.headers, ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) };
  const { method, body } = request;
  const answer = await send(url.pathname + url.search, { method, headers, ...(body !== undefined && { body }) });
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
  it.each([
    { how: 'in the process', send: inProcess, numRuns: RUNS },
    { how: 'over HTTP', send: overHttp, numRuns: HTTP_RUNS },
  ])('are answered as the document says, $how', { timeout: LONG_MS }, async ({ send, numRuns }) => {
    const property = fc.asyncProperty(requestArbitrary(document), (request) => check(request, send));
    // What fails goes by what was sent before, so it is not made smaller.
    await fc.assert(property, { numRuns, endOnFailure: true, ...seedOf() });
    expect(app.logLines.filter((line) => line.includes('a request failed'))).toEqual([]);
  });

  it.skipIf(asked > 0 && asked < MANY)(
    'come to all operations, and to all kinds of answers',
    { timeout: LONG_MS },
    async () => {
      const ids = Object.values(document.paths).flatMap((methods) =>
        Object.values(methods).map((it) => it.operationId),
      );
      const isGood = (id: string) => [...(told.get(id)?.keys() ?? [])].some((status) => status < 300);
      // What chance has not come to yet is asked for by name, and what it needs is made.
      for (let round = 0; round < ROUNDS_MORE && !ids.every(isGood); round += 1) {
        await world.goOn();
        const property = fc.asyncProperty(
          requestArbitrary(document, (id) => !isGood(id) || id.startsWith('create')),
          (request) => check(request, inProcess),
        );
        await fc.assert(property, { numRuns: REQUESTS_A_ROUND, endOnFailure: true, ...seedOf(round) });
      }
      expect(ids.filter((id) => !isGood(id))).toEqual([]);
      const statuses = new Set([...told.values()].flatMap((it) => [...it.keys()]));
      expect(statuses).toEqual(new Set([...statuses, 200, 201, 204, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422]));
    },
  );

  it('left no secret in the log', () => {
    const log = app.logLines.join('\n');
    expect([...world.secrets].filter((secret) => log.includes(secret))).toEqual([]);
  });
});

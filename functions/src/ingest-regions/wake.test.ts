import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestCli } from '../cli/cli-fixture.ts';
import { AwsEndpoint } from '../lambda/aws-fixture.ts';
import { refusalOf, TestApp } from '../test-app.ts';
import { IngestServices } from './ingest-service.ts';
import { RegionWaker } from './region-waker.ts';

const DESCRIBE = 'AmazonEC2ContainerServiceV20141113.DescribeServices';
const UPDATE = 'AmazonEC2ContainerServiceV20141113.UpdateService';
const WAKE = '/v1/ingest-regions/wake';
const services = IngestServices.parse([
  { region: 'eu-west-1', cluster: 'sluice', service: 'ingest' },
  { region: 'us-east-2', cluster: 'sluice', service: 'ingest-us' },
]);

let aws: AwsEndpoint;
let waker: RegionWaker;
beforeEach(async () => {
  aws = await AwsEndpoint.start();
  waker = new RegionWaker({ services, ecsOf: aws.clients.ecsOf, log: pino({ level: 'silent' }) });
});
afterEach(() => aws.close());

/** As ECS describes a service (Amazon ECS API Reference, Service). */
function thereAre(desiredCount: number, runningCount: number): void {
  const service = { serviceName: 'ingest', status: 'ACTIVE', desiredCount, runningCount, pendingCount: 0 };
  aws.answers.set(DESCRIBE, { status: 200, body: { failures: [], services: [service] } });
}

describe('waking a region', () => {
  it('has ECS run one task where none is wanted', async () => {
    thereAre(0, 0);
    expect(await waker.wake('eu-west-1')).toEqual([{ region: 'eu-west-1', state: 'waking' }]);
    expect(aws.calls).toMatchObject([
      {
        method: 'POST',
        path: '/',
        target: DESCRIBE,
        region: 'eu-west-1',
        contentType: 'application/x-amz-json-1.1',
        body: { cluster: 'sluice', services: ['ingest'] },
      },
      { target: UPDATE, region: 'eu-west-1', body: { cluster: 'sluice', service: 'ingest', desiredCount: 1 } },
    ]);
    expect(Object.keys(Object(aws.of(UPDATE)[0]?.body)).sort()).toEqual(['cluster', 'desiredCount', 'service']);
  });

  it.each([
    [3, 3, 'running'],
    [1, 0, 'waking'],
  ] as const)('leaves it as it is where %i are wanted and %i run', async (desired, running, state) => {
    thereAre(desired, running);
    expect(await waker.wake('us-east-2')).toEqual([{ region: 'us-east-2', state }]);
    expect(aws.of(UPDATE)).toEqual([]);
  });

  it('is of all regions where none is named', async () => {
    thereAre(0, 0);
    expect(await waker.wake()).toHaveLength(2);
    expect(
      aws
        .of(UPDATE)
        .map(({ region }) => region)
        .sort(),
    ).toEqual(['eu-west-1', 'us-east-2']);
  });

  it.each([
    ['refuses', { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } }],
    ['knows no such service', { status: 200, body: { services: [], failures: [{ reason: 'MISSING' }] } }],
    ['says nothing that is known', { status: 200, body: {} }],
  ])('fails where ECS %s', async (_what, answer) => {
    aws.answers.set(DESCRIBE, answer);
    expect(await waker.wake('eu-west-1')).toEqual([{ region: 'eu-west-1', state: 'unreachable' }]);
  });
});

describe('the API', () => {
  it('wakes for whoever may write channels, and says what was not done', async () => {
    using app = await TestApp.start({ regionWaker: waker });
    thereAre(0, 0);
    const made = await app.admin('POST', '/v1/api-tokens', { name: 'x', scopes: ['channels:read'] });
    const body: unknown = await made.json();
    const reader = typeof body === 'object' && body !== null && 'apiToken' in body ? String(body.apiToken) : '';
    expect(await refusalOf(await app.as(reader, 'POST', WAKE))).toEqual([403, 'scope-missing']);
    const woken = await app.admin('POST', `${WAKE}?region=us-east-2`);
    expect([woken.status, await woken.json()]).toEqual([202, { regions: [{ region: 'us-east-2', state: 'waking' }] }]);
    expect(await refusalOf(await app.admin('POST', `${WAKE}?region=ap-south-1`))).toEqual([404, 'no-such-region']);
    expect(await refusalOf(await app.admin('POST', `${WAKE}?region=Mars`))).toEqual([400, 'request-invalid']);
    aws.answers.set(DESCRIBE, { status: 500, body: { __type: 'ServerException' } });
    const refused = await app.admin('POST', WAKE);
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(await refusalOf(refused)).toEqual([503, 'region-unreachable']);
  });

  it('has nothing to wake where nothing sleeps', async () => {
    using app = await TestApp.start();
    expect(await refusalOf(await app.admin('POST', WAKE))).toEqual([409, 'wake-unavailable']);
  });
});

describe('the command', () => {
  it('says of each region how far it is', async () => {
    await using cli = await TestCli.start({ regionWaker: waker });
    thereAre(0, 0);
    expect(await cli.done('wake')).toMatch(/eu-west-1 +is being woken.*\nus-east-2 +is being woken/);
    thereAre(1, 1);
    expect(await cli.json('wake', '--region', 'eu-west-1')).toEqual({
      regions: [{ region: 'eu-west-1', state: 'running' }],
    });
    expect((await cli.refusal('wake', '--region', 'Mars'))[0]).toBe(2);
  });

  it('says where there is nothing to wake', async () => {
    await using cli = await TestCli.start();
    expect(await cli.refusal('wake')).toEqual([1, expect.stringContaining('do not sleep')]);
  });
});

describe('the services of a deployment', () => {
  it.each([
    ['two of one region', [services[0], services[0]]],
    ['of no region', [{ ...services[0], region: 'Mars' }]],
    ['that are not named', [{ region: 'eu-west-1', cluster: '', service: 'x' }]],
  ])('are refused: %s', (_what, wrong) => {
    expect(IngestServices.safeParse(wrong).success).toBe(false);
  });
});

import { randomUUID } from 'node:crypto';
import { AuthorizeAnswer } from '@sluice/contracts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BROADCAST_ID, EdgeStory } from '../broadcasts/broadcast-fixture.ts';
import { ListeningEdge } from '../edge-fixture.ts';
import { MediaLiveEndpoint } from '../medialive/medialive-endpoint-fixture.ts';
import { DynamoServer } from '../storage/dynamo-fixture.ts';
import { StsEndpoint } from '../write-credentials/sts-endpoint-fixture.ts';
import { AwsEndpoint, GET_SECRET } from './aws-fixture.ts';
import { apiHandler, jobsHandler } from './handlers.ts';
import { type LambdaControl, lambdaControl } from './lambda-control.ts';

const SECRET = {
  nodeToken: 'node-token-of-the-tests',
  edgeToken: 'edge-token-of-the-tests',
  adminToken: 'admin-token-of-the-tests',
};
const SEND = 'AmazonSQS.SendMessage';
const PUT_EVENTS = 'AWSEvents.PutEvents';
const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/jobs';
const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-AbCdEf`;
const context = { getRemainingTimeInMillis: () => 120_000 };

const Answer = z.object({
  statusCode: z.int(),
  body: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
});

const Cost = z.object({ storage: z.string(), items: z.object({ nodeUsd: z.number(), egressUsd: z.number() }) });

let dynamo: DynamoServer;
let aws: AwsEndpoint;
let mediaLive: MediaLiveEndpoint;
let sts: StsEndpoint;
let edge: ListeningEdge;
let nowMs: number;
let environment: Record<string, string>;
beforeAll(async () => {
  dynamo = await DynamoServer.start();
});
afterAll(() => dynamo[Symbol.asyncDispose]());
beforeEach(async () => {
  aws = await AwsEndpoint.start();
  mediaLive = await MediaLiveEndpoint.start();
  sts = await StsEndpoint.start();
  edge = await ListeningEdge.start();
  nowMs = Date.UTC(2026, 10, 1);
  for (const [name, text] of Object.entries(SECRET)) aws.secrets.set(arnOf(name), text);
  aws.answers.set(SEND, {
    status: 200,
    body: { MessageId: 'm', MD5OfMessageBody: '99914b932bd37a50b983c5e7c90ae93b' },
  });
  aws.answers.set(PUT_EVENTS, { status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] } });
  environment = {
    SLUICE_TABLE_NAME: await dynamo.makeTable(),
    SLUICE_EDGE_URL: edge.url,
    SLUICE_BUCKET: 'media',
    SLUICE_S3_ENDPOINT: 'http://127.0.0.1:1',
    SLUICE_QUEUE_URL: QUEUE_URL,
    SLUICE_EVENT_BUS_NAME: 'sluice',
    SLUICE_NODE_TOKEN_SECRET_ARN: arnOf('nodeToken'),
    SLUICE_EDGE_TOKEN_SECRET_ARN: arnOf('edgeToken'),
    SLUICE_ADMIN_TOKEN_SECRET_ARN: arnOf('adminToken'),
    SLUICE_LOG_LEVEL: 'silent',
  };
});
afterEach(async () => {
  aws.close();
  edge.close();
  await mediaLive[Symbol.asyncDispose]();
  await sts[Symbol.asyncDispose]();
});

function start(): Promise<LambdaControl> {
  const clients = { ...aws.clients, dynamo: dynamo.client(), mediaLive: mediaLive.client, sts: sts.client };
  return lambdaControl(environment, clients, () => nowMs);
}

/** A request as a function URL hands it over (payload format 2.0). */
function functionUrlEvent(method: string, path: string, token: string, body?: unknown) {
  return {
    version: '2.0' as const,
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      host: 'abcdefghij.lambda-url.us-east-1.on.aws',
      'x-forwarded-for': '192.0.2.1',
      'x-forwarded-proto': 'https',
    },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abcdefghij',
      authentication: null,
      authorizer: {},
      domainName: 'abcdefghij.lambda-url.us-east-1.on.aws',
      domainPrefix: 'abcdefghij',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'curl/8.5.0' },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: '01/Nov/2026:00:00:00 +0000',
      timeEpoch: nowMs,
    },
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
  };
}

async function ask(
  started: Promise<LambdaControl>,
  method: string,
  path: string,
  body?: unknown,
  token = SECRET.adminToken,
) {
  return Answer.parse(await apiHandler(started)(functionUrlEvent(method, path, token, body)));
}

describe('the API’s function', () => {
  it.each([
    { storage: 'r2', more: {}, nodeUsd: 0.163, isUploadPaid: true },
    {
      storage: 's3',
      more: { SLUICE_NODE_CPUS: '8', SLUICE_NODE_MEMORY_GB: '16', SLUICE_NODE_SLOTS: '4' },
      nodeUsd: 0.08025,
    },
  ])('prices broadcasts by the nodes of its deployment and its bucket: $storage', async (row) => {
    environment = { ...environment, ...row.more };
    if (row.storage === 's3') delete environment.SLUICE_S3_ENDPOINT;
    const started = start();
    await ask(started, 'POST', '/v1/channels', { channelId: 'one' });
    const events = [new EdgeStory(nowMs).started()];
    await ask(started, 'POST', '/v1/edge/events', { channelId: 'one', events }, SECRET.edgeToken);
    nowMs += 3_600_000;
    const answer = await ask(started, 'GET', `/v1/broadcasts/${BROADCAST_ID}/cost`);
    const { items, storage } = Cost.parse(JSON.parse(answer.body));
    expect([storage, items.nodeUsd]).toEqual([row.storage, row.nodeUsd]);
    expect(items.egressUsd > 0).toBe(row.isUploadPaid === true);
  });

  it('answers as the API does everywhere, out of DynamoDB', async () => {
    const made = await ask(start(), 'POST', '/v1/channels', { channelId: 'one' });
    expect([made.statusCode, JSON.parse(made.body)]).toMatchObject([201, { channelId: 'one', tenantId: 'default' }]);
    // Another instance, cold.
    const shown = await ask(start(), 'GET', '/v1/channels/one');
    expect(JSON.parse(shown.body)).toMatchObject({ channelId: 'one' });
    expect((await ask(start(), 'GET', '/v1/channels', undefined, 'another-token-of-nobody')).statusCode).toBe(401);
    const [asked, ...more] = aws.of(GET_SECRET);
    expect(asked).toMatchObject({
      method: 'POST',
      path: '/',
      contentType: 'application/x-amz-json-1.1',
      body: { SecretId: arnOf('nodeToken') },
    });
    // Three, and two of them as they were before, for each of the three instances; none that a function may not read.
    expect(new Set(more.map(({ body }) => JSON.stringify(body))).size).toBe(5);
    expect(more).toHaveLength(14);
  });

  it('signs with one key, however many instances there are', async () => {
    const bodies = await Promise.all([1, 2, 3].map(() => ask(start(), 'GET', '/.well-known/jwks.json')));
    expect(new Set(bodies.map(({ body }) => body)).size).toBe(1);
  });

  it('wakes the other function for what is due, before it answers', async () => {
    const started = start();
    await ask(started, 'POST', '/v1/channels', { channelId: 'one' });
    await ask(started, 'POST', '/v1/webhook-endpoints', { url: 'https://example.com/hook' });
    const events = [new EdgeStory(nowMs).started()];
    const told = await ask(started, 'POST', '/v1/edge/events', { channelId: 'one', events }, SECRET.edgeToken);
    expect(told.statusCode).toBe(200);
    expect(aws.of(SEND)).toMatchObject([
      {
        method: 'POST',
        path: '/',
        contentType: 'application/x-amz-json-1.0',
        body: { QueueUrl: QUEUE_URL, MessageBody: '{}', DelaySeconds: 0 },
      },
    ]);
  });

  it('tells the event bus what happened, with all that webhooks are told', async () => {
    const started = start();
    await ask(started, 'POST', '/v1/channels', { channelId: 'one' });
    const story = new EdgeStory(nowMs);
    const events = [story.started(), story.audience(60_000, 1, 1)];
    await ask(started, 'POST', '/v1/edge/events', { channelId: 'one', events }, SECRET.edgeToken);
    expect(aws.of(PUT_EVENTS)).toMatchObject([
      {
        contentType: 'application/x-amz-json-1.1',
        body: {
          Entries: [
            {
              EventBusName: 'sluice',
              Source: 'sluice',
              DetailType: 'broadcast.started',
              Resources: ['sluice:channel/one'],
              Time: nowMs / 1_000,
            },
          ],
        },
      },
    ]);
    const { Entries } = z
      .object({ Entries: z.array(z.object({ Detail: z.string() })) })
      .parse(aws.of(PUT_EVENTS)[0]?.body);
    expect(JSON.parse(Entries[0]?.Detail ?? '')).toMatchObject({
      id: /^msg_one_/,
      broadcast: { channelId: 'one', state: 'live' },
    });
  });

  it('has the edge tell it again what the event bus did not take', async () => {
    const started = start();
    await ask(started, 'POST', '/v1/channels', { channelId: 'one' });
    const events = [new EdgeStory(nowMs).started()];
    const tell = () => ask(started, 'POST', '/v1/edge/events', { channelId: 'one', events }, SECRET.edgeToken);
    aws.answers.set(PUT_EVENTS, {
      status: 200,
      body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] },
    });
    expect((await tell()).statusCode).toBe(500);
    aws.answers.set(PUT_EVENTS, { status: 200, body: { FailedEntryCount: 0, Entries: [{}] } });
    expect((await tell()).statusCode).toBe(200);
    expect(aws.of(PUT_EVENTS)).toHaveLength(2);
  });

  it('answers also when the queue does not', async () => {
    aws.answers.set(SEND, { status: 500, body: { __type: 'com.amazon.sqs#InternalError' } });
    const started = start();
    edge.status = 503;
    await ask(started, 'POST', '/v1/channels', { channelId: 'one' });
    const revoked = await ask(started, 'POST', '/v1/channels/one/playback-revocations', { subject: 'x' });
    expect(revoked.statusCode).toBe(202);
  });
});

describe('the function that does jobs', () => {
  it('does what is due when it is woken, and is woken for what is due next', async () => {
    const started = start();
    edge.status = 503;
    await ask(started, 'POST', '/v1/channels', { channelId: 'one' });
    await ask(started, 'POST', '/v1/channels/one/playback-revocations', { subject: 'x' });
    edge.status = 200;
    edge.calls.length = 0;
    const jobs = jobsHandler(started, () => nowMs);
    await jobs({ Records: [{ body: '{}' }] }, context);
    expect(edge.calls).toEqual([]);
    nowMs += 5_000;
    await jobs({ source: 'aws.scheduler' }, context);
    expect(edge.calls).toMatchObject([{ path: '/control/v1/channels/one/revocations' }]);
    expect(aws.of(SEND).map(({ body }) => body)).toMatchObject([{ DelaySeconds: 5 }]);
  });

  it('asks for nothing when nothing is due within a quarter of an hour', async () => {
    const started = start();
    const { control } = await started;
    await control.queue.add({ kind: 'retention', name: '0mxyz0000o1234567890abcd', dueAtMs: nowMs + 901_000 });
    await jobsHandler(started, () => nowMs)({}, context);
    expect(aws.of(SEND)).toEqual([]);
    nowMs += 1_000;
    await jobsHandler(started, () => nowMs)({}, context);
    expect(aws.of(SEND)).toMatchObject([{ body: { DelaySeconds: 900 } }]);
  });

  it('begins nothing that it has no time for', async () => {
    const started = start();
    const { control, alarm } = await started;
    await control.queue.add({ kind: 'retention', name: '0mxyz0000o1234567890abcd', dueAtMs: nowMs });
    await alarm.sent();
    aws.calls.length = 0;
    await jobsHandler(started, () => nowMs)({}, { getRemainingTimeInMillis: () => 20_000 });
    expect(await control.queue.nextAtMs()).toBe(nowMs);
    expect(aws.of(SEND)).toHaveLength(1);
  });
});

describe('MediaLive', () => {
  const SETTINGS = {
    transcoder: 'medialive',
    medialive: { input: { type: 'RTMP_PUSH', allowedCidrs: ['192.0.2.0/24'] }, frameRate: { num: 30, den: 1 } },
    ladder: [{ heightPx: 720, bitrateBps: 3_000_000 }],
  };

  it('is told by the function that does jobs, where the deployment has a role for it', async () => {
    environment.SLUICE_DEPLOYMENT = 'test';
    environment.SLUICE_MEDIALIVE_ROLE_ARN = 'arn:aws:iam::123456789012:role/MediaLive';
    environment.SLUICE_MEDIALIVE_INGEST_URL = 'https://ingest.example/cmaf';
    const started = start();
    await ask(started, 'POST', '/v1/channels', { channelId: 'one', ...SETTINGS });
    expect((await ask(started, 'POST', '/v1/channels/one/medialive/start')).statusCode).toBe(202);
    expect(mediaLive.requests).toEqual([]);
    await jobsHandler(started, () => nowMs)({ Records: [{ body: '{}' }] }, context);
    expect(mediaLive.there).toContain('inputSecurityGroups IDLE');
    expect(JSON.stringify(mediaLive.requests)).toContain('"sluice:deployment":"test"');
  });

  it('is unavailable where it has none', async () => {
    const started = start();
    await ask(started, 'POST', '/v1/channels', { channelId: 'one', ...SETTINGS });
    const { statusCode, body } = await ask(started, 'POST', '/v1/channels/one/medialive/start');
    expect([statusCode, JSON.parse(body).code]).toEqual([409, 'medialive-unavailable']);
  });
});

describe('regions that sleep', () => {
  it('are woken where the deployment names their services', async () => {
    environment.SLUICE_INGEST_SERVICES = JSON.stringify([{ region: 'eu-west-1', cluster: 'c', service: 's' }]);
    const described = { services: [{ desiredCount: 0, runningCount: 0 }], failures: [] };
    aws.answers.set('AmazonEC2ContainerServiceV20141113.DescribeServices', { status: 200, body: described });
    expect((await ask(start(), 'POST', '/v1/ingest-regions/wake')).statusCode).toBe(202);
    expect(aws.of('AmazonEC2ContainerServiceV20141113.UpdateService')).toHaveLength(1);
  });
});

describe('what nodes store media with', () => {
  const R2 = 'https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com';
  const ROLE = 'arn:aws:iam::123456789012:role/Writer';
  const KEY = { accessKeyId: 'the-id-of-the-bucket', secretAccessKey: 'the-secret-of-the-bucket' };

  /** What a node is given that a publisher comes to. */
  async function given() {
    const started = start();
    await ask(started, 'POST', '/v1/channels', { channelId: 'one' });
    const made = await ask(started, 'POST', '/v1/channels/one/stream-keys', {});
    const { streamKey } = z.object({ streamKey: z.string() }).parse(JSON.parse(made.body));
    const body = { streamKey, protocol: 'rtmp', clientAddress: '192.0.2.50', nodeId: 'node-1' };
    const answer = await ask(started, 'POST', '/v1/ingest/authorize', body, SECRET.nodeToken);
    expect(answer.statusCode).toBe(200);
    return AuthorizeAnswer.parse(JSON.parse(answer.body)).storage;
  }

  function useKey(): void {
    aws.secrets.set(arnOf('s3Key'), JSON.stringify(KEY));
    environment.SLUICE_S3_SECRET_ARN = arnOf('s3Key');
  }

  it('is a session of the writer’s role, of S3', async () => {
    environment.SLUICE_S3_WRITER_ROLE_ARN = ROLE;
    expect((await given())?.accessKeyId).toBe('ASIA1');
    expect(sts.asked).toMatchObject([{ RoleArn: ROLE, RoleSessionName: 'one' }]);
  });

  it('is signed with the bucket’s key, of R2', async () => {
    environment.SLUICE_S3_ENDPOINT = R2;
    useKey();
    const storage = await given();
    expect(storage?.accessKeyId).toBe(KEY.accessKeyId);
    expect(Buffer.from(storage?.sessionToken ?? '', 'base64').toString()).toMatch(/^jwt\/ey/);
    expect(JSON.stringify(storage)).not.toContain(KEY.secretAccessKey);
  });

  it('is their own where the deployment says so, or has nothing to make others of', async () => {
    expect(await given()).toBeUndefined();
    environment.SLUICE_S3_WRITER_ROLE_ARN = ROLE;
    environment.SLUICE_WRITE_CREDENTIALS = 'node';
    environment.SLUICE_TABLE_NAME = await dynamo.makeTable();
    expect(await given()).toBeUndefined();
    expect(sts.asked).toEqual([]);
  });

  it('is not both of a role and of a key', async () => {
    environment.SLUICE_S3_WRITER_ROLE_ARN = ROLE;
    useKey();
    await expect(start()).rejects.toThrow(/SLUICE_S3_WRITER_ROLE_ARN/);
  });
});

describe('a deployment that is not as it should be', () => {
  it.each([
    ['SLUICE_MEDIALIVE_INGEST_URL', 'https://ingest.example/cmaf'],
    ['SLUICE_DEPLOYMENT', 'Of two words'],
    ['SLUICE_TABLE_NAME', ''],
    ['SLUICE_EDGE_URL', 'https://edge.example/path'],
    ['SLUICE_QUEUE_URL', 'jobs'],
    ['SLUICE_NODE_TOKEN_SECRET_ARN', ''],
    ['SLUICE_INGEST_SERVICES', 'not JSON'],
    ['SLUICE_INGEST_SERVICES', '[{"region":"eu-west-1"}]'],
    ['SLUICE_WRITE_CREDENTIALS', 'nobody'],
    ['SLUICE_S3_SECRET_ARN', 'short'],
  ])('fails at once: %s is "%s"', async (name, value) => {
    environment[name] = value;
    await expect(start()).rejects.toThrow(new RegExp(name));
  });

  it('fails at once where MediaLive is used and the deployment has no name: its sweeper would remove another one’s', async () => {
    environment.SLUICE_MEDIALIVE_ROLE_ARN = 'arn:aws:iam::123456789012:role/MediaLive';
    environment.SLUICE_MEDIALIVE_INGEST_URL = 'https://ingest.example/cmaf';
    await expect(start()).rejects.toThrow(/SLUICE_DEPLOYMENT/);
    environment.SLUICE_DEPLOYMENT = 'production';
    await expect(start()).resolves.toBeDefined();
  });

  it.each([
    ['SLUICE_NODE_TOKEN_SECRET_ARN', 'nodeToken', 'short-secret'],
    ['SLUICE_EDGE_TOKEN_SECRET_ARN', 'edgeToken', `secret-${'x'.repeat(512)}`],
    ['SLUICE_ADMIN_TOKEN_SECRET_ARN', 'adminToken', `     short-secret     `],
    ['SLUICE_S3_SECRET_ARN', 's3Key', 'not JSON but secret'],
    ['SLUICE_S3_SECRET_ARN', 's3Key', '{"accessKeyId":"a-secret-id"}'],
  ])('names %s and says nothing of the secret', async (variable, name, text) => {
    aws.secrets.set(arnOf(name), text);
    environment[variable] = arnOf(name);
    const error = await start().then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(String(error)).toContain(`the secret that ${variable} names is not as it should be`);
    expect(String(error)).not.toMatch(/secret-|secret"|short|not JSON/);
  });

  it('names the variable whose secret is not there', async () => {
    aws.secrets.delete(arnOf('edgeToken'));
    await expect(start()).rejects.toThrow('SLUICE_EDGE_TOKEN_SECRET_ARN');
  });
});

describe('a secret', () => {
  it('may end with a line’s end, as those written by hand do', async () => {
    aws.secrets.set(arnOf('adminToken'), `${SECRET.adminToken}\n`);
    expect((await ask(start(), 'GET', '/v1/channels')).statusCode).toBe(200);
  });
});

describe('a token that was changed', () => {
  const BEFORE = 'the-token-of-before';
  const STRANGER = 'a-token-of-a-stranger';

  it('is taken of nodes as it is and as it was: those that live go on until they are replaced', async () => {
    aws.previousSecrets.set(arnOf('nodeToken'), BEFORE);
    const started = start();
    const body = { streamKey: 'none', protocol: 'rtmp', clientAddress: '192.0.2.50', nodeId: 'node-1' };
    const tried = [SECRET.nodeToken, BEFORE, STRANGER, SECRET.edgeToken];
    const answers = await Promise.all(tried.map((token) => ask(started, 'POST', '/v1/ingest/authorize', body, token)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 401, 401]);
  });

  it('is taken of the edge as it is and as it was', async () => {
    aws.previousSecrets.set(arnOf('edgeToken'), `${BEFORE}\n`);
    const started = start();
    await ask(started, 'POST', '/v1/channels', { channelId: 'one' });
    const body = { channelId: 'one', events: [new EdgeStory(nowMs).started()] };
    const tried = [SECRET.edgeToken, BEFORE, STRANGER, SECRET.nodeToken];
    const answers = await Promise.all(tried.map((token) => ask(started, 'POST', '/v1/edge/events', body, token)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 401, 401]);
  });

  it('is another one at once for the operator', async () => {
    aws.previousSecrets.set(arnOf('adminToken'), BEFORE);
    expect((await ask(start(), 'GET', '/v1/channels', undefined, BEFORE)).statusCode).toBe(401);
    const asked = aws.of(GET_SECRET).map(({ body }) => JSON.stringify(body));
    expect(asked.filter((each) => each.includes('adminToken'))).toHaveLength(1);
  });
});

describe('who calls', () => {
  it('is known by its token alone: no address that it could forge lets it call more often', async () => {
    const started = start();
    const statuses: number[] = [];
    for (let index = 0; index < 101; index += 1) {
      const event = functionUrlEvent('GET', '/v1/channels', SECRET.adminToken);
      event.headers['x-forwarded-for'] = `198.51.100.${index}`;
      event.requestContext.http.sourceIp = `203.0.113.${index}`;
      statuses.push(Answer.parse(await apiHandler(started)(event)).statusCode);
    }
    expect([statuses.at(0), statuses.at(99), statuses.at(100)]).toEqual([200, 200, 429]);
  });

  it('is an ingest node where stream keys are guessed, which names whose address it saw', async () => {
    const started = start();
    const guess = (clientAddress: string, index: number) => {
      const body = { streamKey: `guess-${index}`, protocol: 'rtmp', clientAddress, nodeId: 'node-1' };
      return ask(started, 'POST', '/v1/ingest/authorize', body, SECRET.nodeToken);
    };
    for (let index = 0; index < 10; index += 1) await guess('192.0.2.50', index);
    expect((await guess('192.0.2.50', 10)).statusCode).toBe(429);
    expect((await guess('192.0.2.51', 11)).statusCode).toBe(403);
  });
});

describe('the front of the API’s function', () => {
  it('may be API Gateway’s HTTP API, whose events are of the same format', async () => {
    const started = start();
    const event = functionUrlEvent('POST', '/v1/channels', SECRET.adminToken, { channelId: 'one' });
    event.headers.host = 'control.example.com';
    const answer = Answer.parse(
      await apiHandler(started)({ ...event, isBase64Encoded: true, body: toBase64(event.body) }),
    );
    expect(answer.statusCode).toBe(201);
  });
});

function toBase64(text: string | null): string {
  return Buffer.from(text ?? '').toString('base64');
}

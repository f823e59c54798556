import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { AwsEndpoint } from '@sluice/functions/aws-fixture';
import { DynamoServer } from '@sluice/functions/dynamo-fixture';
import { Template } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseConfig } from '../config/read-config.ts';
import { addDeployment } from '../sluice-deployment.ts';
import { cdkContext, LEAST, WORKER } from '../testing/synthesized.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:';
/** As Lambda does it: imports the file, calls what it exports, and sends the answer on. */
const LAMBDA = `
  const { handler } = await import(process.argv[1]);
  const answer = await handler(JSON.parse(process.argv[2]), { getRemainingTimeInMillis: () => 100_000 });
  process.stdout.write('\\n' + JSON.stringify(answer ?? null));
`;
const Answer = z.object({ statusCode: z.int(), body: z.string() }).nullable();
const run = promisify(execFile);

let outdir: string;
let aws: AwsEndpoint;
let dynamo: DynamoServer;
/** By the function's description: its file, and what the stack puts into its environment. */
let functions: { readonly description: string; readonly file: string; readonly environment: Record<string, string> }[];
beforeAll(async () => {
  [outdir, aws, dynamo] = [
    await mkdtemp(join(tmpdir(), 'sluice-bundle-')),
    await AwsEndpoint.start(),
    await DynamoServer.start(),
  ];
  aws.secrets.set(`${ARN}token`, 'a-token-of-the-tests');
  aws.secrets.set(`${ARN}keys`, JSON.stringify({ accessKeyId: 'id', secretAccessKey: 'secret' }));
  const app = new App({ context: { ...cdkContext(), 'aws:cdk:bundling-stacks': ['Control'] }, outdir });
  const { control } = addDeployment(app, parseConfig(LEAST, 'the test'), WORKER);
  const made = Object.values(Template.fromStack(control).findResources('AWS::Lambda::Function'));
  const tableName = await dynamo.makeTable();
  functions = await Promise.all(
    made.map(async ({ Properties }) => ({
      description: Properties.Description,
      file: join(await assetOf(Properties.Code.S3Key), 'index.mjs'),
      environment: environmentOf(Properties.Environment.Variables, tableName),
    })),
  );
});
afterAll(async () => {
  aws.close();
  await dynamo[Symbol.asyncDispose]();
  await rm(outdir, { recursive: true, force: true });
});

/** The directory that the CDK uploads as a function's code: its name is in the template. */
async function assetOf(key: string): Promise<string> {
  const directory = join(outdir, `asset.${key.replace(/\.zip$/, '')}`);
  expect((await readdir(directory)).sort()).toEqual(['index.mjs', 'index.mjs.map']);
  return directory;
}

/** What is text in the template as it is; what CloudFormation would put there, as a test has it. */
function environmentOf(variables: Record<string, unknown>, tableName: string): Record<string, string> {
  const known = (name: string): string => {
    if (name === 'SLUICE_QUEUE_URL') return 'https://sqs.eu-west-1.amazonaws.com/111122223333/jobs';
    if (name === 'SLUICE_EVENT_BUS_NAME') return 'sluice-test';
    return `${ARN}${name === 'SLUICE_S3_SECRET_ARN' ? 'keys' : 'token'}`;
  };
  const told = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : known(name),
  ]);
  return { ...Object.fromEntries(told), SLUICE_TABLE_NAME: tableName };
}

async function call(description: RegExp, event: unknown): Promise<z.infer<typeof Answer>> {
  const called = functions.find((each) => description.test(each.description));
  if (called === undefined) throw new Error('there is no such function');
  const words = ['--input-type=module', '-e', LAMBDA, pathToFileURL(called.file).href, JSON.stringify(event)];
  const env = {
    ...called.environment,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.url,
  };
  const { stdout } = await run(process.execPath, words, { env });
  return Answer.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

/** As an HTTP API hands a request over (payload format 2.0). */
function get(path: string) {
  const http = { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'curl/8.5.0' };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'control.live.example.com', authorization: 'Bearer a-token-of-the-tests' },
    requestContext: { http, domainName: 'control.live.example.com', stage: '$default', requestId: 'one' },
    isBase64Encoded: false,
  };
}

describe('the functions as they are uploaded, with the environment that the stack gives them', () => {
  it('show the edge the keys that it asks for when it is deployed', async () => {
    const answer = await call(/control API/, get('/.well-known/jwks.json'));
    expect([answer?.statusCode, JSON.parse(answer?.body ?? '')]).toMatchObject([200, { keys: [{ kty: 'EC' }] }]);
  });

  it('let the operator in by the token of the secret', async () => {
    const answer = await call(/control API/, get('/v1/channels'));
    expect([answer?.statusCode, JSON.parse(answer?.body ?? '')]).toMatchObject([200, { channels: [] }]);
  });

  it('do jobs when the clock calls', async () => {
    expect(await call(/whatever else is due/, { source: 'sluice.clock' })).toBeNull();
  });
});

import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsEndpoint } from './aws-fixture.ts';
import { readSecrets } from './secrets.ts';

const ARNS = { nodeToken: 'arn-of-node', edgeToken: 'arn-of-edge', adminToken: 'arn-of-admin', s3Key: undefined };

let aws: AwsEndpoint;
let logLines: string[];
beforeEach(async () => {
  aws = await AwsEndpoint.start();
  logLines = [];
  for (const [name, arn] of Object.entries(ARNS)) if (arn !== undefined) aws.secrets.set(arn, `token-of-${name}`);
});
afterEach(() => aws.close());

function read() {
  const log = pino({ base: null, timestamp: false }, { write: (line: string) => logLines.push(line) });
  return readSecrets(aws.clients.secrets, ARNS, log);
}

describe('the token of before', () => {
  it('is not there where the secret was never changed, and nobody is told of that', async () => {
    expect(await read()).toMatchObject({ nodeTokens: ['token-of-nodeToken'], edgeTokens: ['token-of-edgeToken'] });
    expect(logLines).toEqual([]);
  });

  it('comes second', async () => {
    aws.previousSecrets.set(ARNS.edgeToken, 'token-of-the-edge-before');
    expect((await read()).edgeTokens).toEqual(['token-of-edgeToken', 'token-of-the-edge-before']);
  });

  it.each([
    ['is no token', 'secret-it-is'],
    ['may not be read', refused('AccessDeniedException')],
    ['cannot be decrypted any more', refused('DecryptionFailure')],
  ])('that %s is left out with a line in the log: the current one is enough to start', async (_what, said) => {
    aws.previousSecrets.set(ARNS.nodeToken, said);
    expect((await read()).nodeTokens).toEqual(['token-of-nodeToken']);
    expect(logLines).toEqual([expect.stringContaining('SLUICE_NODE_TOKEN_SECRET_ARN')]);
    expect(logLines.join()).not.toMatch(/secret-it|of-nodeToken/);
  });

  it.each([
    ['fails', { status: 500, body: { __type: 'InternalServiceError', Message: 'no' } }],
    ['is throttled', refused('ThrottlingException')],
  ])('for which Secrets Manager %s makes no instance that refuses nodes as long as it lives', async (_what, said) => {
    aws.previousSecrets.set(ARNS.nodeToken, said);
    await expect(read()).rejects.toThrow('SLUICE_NODE_TOKEN_SECRET_ARN');
  });
});

function refused(__type: string) {
  return { status: 400, body: { __type, Message: 'no' } };
}

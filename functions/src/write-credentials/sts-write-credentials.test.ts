import { ChannelId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StsEndpoint } from './sts-endpoint-fixture.ts';
import { StsWriteCredentials } from './sts-write-credentials.ts';

const demo = ChannelId.parse('demo');
const roleArn = 'arn:aws:iam::123456789012:role/sluice/Writer';

let sts: StsEndpoint;
beforeEach(async () => {
  sts = await StsEndpoint.start();
});
afterEach(() => sts[Symbol.asyncDispose]());

describe('credentials of a channel on S3', () => {
  it('are a session of the writer’s role that may put objects below the channel, and nothing else', async () => {
    const credentials = new StsWriteCredentials({ sts: sts.client, roleArn, bucketName: 'media' });
    expect(await credentials.make(demo)).toEqual({
      accessKeyId: 'ASIA1',
      secretAccessKey: 'secret-1',
      sessionToken: 'session-1',
      expiresAtMs: sts.nowMs + 3_600_000,
    });
    const [{ Policy = '', ...asked } = {}] = sts.asked;
    expect(asked).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: roleArn,
      RoleSessionName: 'demo',
      DurationSeconds: '3600',
    });
    expect(JSON.parse(Policy)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['s3:PutObject', 's3:GetObject'],
          Resource: 'arn:aws:s3:::media/demo/*',
        },
      ],
    });
  });

  it('are of the partition that the role is of', async () => {
    const arn = roleArn.replace('aws', 'aws-cn');
    await new StsWriteCredentials({ sts: sts.client, roleArn: arn, bucketName: 'media' }).make(demo);
    expect(sts.asked[0]?.Policy).toContain('"arn:aws-cn:s3:::media/demo/*"');
  });

  it('take a policy and a session’s name of the longest channel', async () => {
    const longest = ChannelId.parse('a'.repeat(63));
    await new StsWriteCredentials({ sts: sts.client, roleArn, bucketName: 'b'.repeat(63) }).make(longest);
    // AWS STS API Reference, AssumeRole: RoleSessionName 2 to 64 characters, Policy 2,048 at most.
    expect(sts.asked[0]?.RoleSessionName).toMatch(/^[\w+=,.@-]{2,64}$/);
    expect(sts.asked[0]?.Policy?.length).toBeLessThan(2_048);
  });

  it('are not made when STS refuses', async () => {
    sts.fault = 'AccessDenied';
    const credentials = new StsWriteCredentials({ sts: sts.client, roleArn, bucketName: 'media' });
    await expect(credentials.make(demo)).rejects.toThrow('It is AccessDenied.');
  });
});

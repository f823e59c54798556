import type { STS } from '@aws-sdk/client-sts';
import { type ChannelId, channelPrefix, type StorageCredentials } from '@sluice/contracts';
import { z } from 'zod';
import { CREDENTIALS_LIFETIME_S, type WriteCredentials } from './write-credentials.ts';

/** A publisher waits for it, and its node for no more than three seconds. */
const ANSWER_MS_MAX = 2_000;

const Assumed = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
  Expiration: z.date(),
});

export interface StsWriteCredentialsOptions {
  readonly sts: Pick<STS, 'assumeRole'>;
  /** The role that may put objects everywhere in the bucket: `arn:aws:iam::123456789012:role/Writer`. */
  readonly roleArn: string;
  readonly bucketName: string;
}

/** Of S3: the writer's role, narrowed to one channel by a session policy (IAM User Guide, "Session policies"). */
export class StsWriteCredentials implements WriteCredentials {
  readonly #options: StsWriteCredentialsOptions;

  constructor(options: StsWriteCredentialsOptions) {
    this.#options = options;
  }

  async make(channelId: ChannelId): Promise<StorageCredentials> {
    const { sts, roleArn, bucketName } = this.#options;
    const answer = await sts.assumeRole(
      {
        RoleArn: roleArn,
        // In CloudTrail, and the end of the session's ARN.
        RoleSessionName: channelId,
        DurationSeconds: CREDENTIALS_LIFETIME_S,
        Policy: JSON.stringify(channelWritePolicy({ partition: partitionOf(roleArn), bucketName, channelId })),
      },
      { abortSignal: AbortSignal.timeout(ANSWER_MS_MAX) },
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Assumed.parse(answer.Credentials);
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiresAtMs: Expiration.getTime(),
    };
  }
}

/**
 * What a session may, if the role may it, too. Reading is for two questions: whether an object that is there already is the
 * very one that was to be put, and what a node before has stored (HeadObject asks for s3:GetObject).
 */
export function channelWritePolicy(place: {
  readonly partition: string;
  readonly bucketName: string;
  readonly channelId: ChannelId;
}) {
  const { partition, bucketName, channelId } = place;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:PutObject', 's3:GetObject'],
        Resource: `arn:${partition}:s3:::${bucketName}/${channelPrefix(channelId)}*`,
      },
    ],
  };
}

/** `aws`, `aws-cn` or `aws-us-gov`: the bucket is in the same one as the role. */
function partitionOf(arn: string): string {
  return arn.split(':')[1] ?? 'aws';
}

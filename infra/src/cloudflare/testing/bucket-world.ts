import { createHash } from 'node:crypto';
import { z } from 'zod';
import { bucketResource } from '../bucket-resource/bucket-resource.ts';
import { customResourceHandler } from '../custom-resource/custom-resource.ts';
import { API_TOKEN_ARN, CREDENTIALS_ARN, ResourceWorld, startParts } from './resource-world.ts';
import type { Properties } from './stack-stand-in.ts';

const Credentials = z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string() });
export const BUCKET_NAME = 'sluice-test-media';

/** The world of a `Custom::SluiceBucket`. */
export class BucketWorld extends ResourceWorld {
  static async start(): Promise<BucketWorld> {
    return new BucketWorld(await startParts((world) => customResourceHandler(bucketResource(world))));
  }

  /** All that a deployment needs to say, and what a test wants otherwise. CloudFormation makes text of everything. */
  properties(more: Properties = {}): Properties {
    return {
      AccountId: this.cloudflare.account.accountId,
      Deployment: 'test',
      ApiTokenSecretArn: API_TOKEN_ARN,
      BucketName: BUCKET_NAME,
      IsBucketOurs: 'true',
      CredentialsSecretArn: CREDENTIALS_ARN,
      AreCredentialsOurs: 'true',
      ...more,
    };
  }

  /** What writers of the bucket are given. */
  storedCredentials(): z.infer<typeof Credentials> {
    return Credentials.parse(JSON.parse(this.secrets.secrets.get(CREDENTIALS_ARN) ?? '{}'));
  }

  /** What opens the bucket, by the first token that there is. */
  fittingCredentials(): z.infer<typeof Credentials> | undefined {
    const [token] = this.cloudflare.account.tokens;
    if (token === undefined) return undefined;
    return { accessKeyId: token.id, secretAccessKey: createHash('sha256').update(token.value).digest('hex') };
  }
}

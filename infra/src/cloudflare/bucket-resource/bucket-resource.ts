import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { CloudflareApi, type CloudflareApiOptions } from '../api/cloudflare-api.ts';
import { R2BucketApi } from '../api/r2-api.ts';
import { TokensApi } from '../api/tokens-api.ts';
import type { Asked, CustomResource, Log } from '../custom-resource/custom-resource.ts';
import { DeploymentSecrets } from '../custom-resource/deployment-secrets.ts';
import { Refusal } from '../custom-resource/refusal.ts';
import { BucketProperties } from './bucket-properties.ts';
import { ensureBucket, removeBucket } from './bucket-step.ts';
import { ensureCredentials, holdsCredentials, removeCredentials, tokenName } from './credentials-step.ts';

export interface BucketResourceWorld {
  readonly secrets: SecretsManager;
  readonly log: Log;
  /** All but the token. */
  readonly api?: Omit<CloudflareApiOptions, 'token'>;
}

type BucketAsked = Asked<BucketProperties>;

/**
 * The bucket of a deployment in R2, and the key to it. Every step looks and then makes, so whoever does it again ends at
 * the same, wherever it broke off before. A bucket of the deployment's name that is there is the deployment's: media
 * outlives stacks, and the next one finds it again.
 */
export function bucketResource({ secrets, log, api }: BucketResourceWorld): CustomResource<BucketProperties> {
  const deploymentSecrets = new DeploymentSecrets(secrets);
  return {
    properties: BucketProperties,
    identity: ({ AccountId, Jurisdiction, BucketName }) => [AccountId, Jurisdiction, BucketName],
    openApi: async ({ ApiTokenSecretArn }) => {
      return new CloudflareApi({ ...api, token: await deploymentSecrets.apiToken(ApiTokenSecretArn) });
    },
    apply: async (asked) => {
      await survey(asked, deploymentSecrets);
      await asked.api.converge(() => ensureBucket(bucketOf(asked), asked.properties));
      await makeCredentials(asked, deploymentSecrets);
      await removeOldCredentials(asked, deploymentSecrets, log);
      return { BucketName: asked.properties.BucketName };
    },
    remove: async (asked) => {
      const { properties, mark } = asked;
      if (properties.AreCredentialsOurs)
        await removeCredentials(tokensOf(asked), tokenName(properties.Deployment, mark));
      log('info', await removeBucket(bucketOf(asked), properties));
    },
    log,
  };
}

/** Looks at everything that is about to be made, so that a token that may not is refused before. */
async function survey(asked: BucketAsked, secrets: DeploymentSecrets): Promise<void> {
  const { properties, mark } = asked;
  const isThere = await bucketOf(asked).isThere();
  if (!isThere && !properties.IsBucketOurs) {
    throw new Refusal(`There is no R2 bucket ${properties.BucketName} in the account. Make it, or leave its name out.`);
  }
  if (properties.AreCredentialsOurs) {
    await tokensOf(asked).named(tokenName(properties.Deployment, mark));
  } else if ((await secrets.s3Credentials(properties.CredentialsSecretArn)) === undefined) {
    throw new Refusal(`The secret ${properties.CredentialsSecretArn} is not JSON with accessKeyId and secretAccessKey`);
  }
}

async function makeCredentials(asked: BucketAsked, secrets: DeploymentSecrets): Promise<void> {
  const { api, properties, mark } = asked;
  if (!properties.AreCredentialsOurs) return;
  const name = tokenName(properties.Deployment, mark);
  await api.converge(() => ensureCredentials({ tokens: tokensOf(asked), secrets, properties, name }));
}

/** Those that were made under other properties; but never those that everybody goes on being given. */
async function removeOldCredentials(asked: BucketAsked, secrets: DeploymentSecrets, log: Log): Promise<void> {
  const { properties, oldProperties: old, mark } = asked;
  if (old?.AreCredentialsOurs !== true) return;
  const oldName = tokenName(old.Deployment, mark);
  if (properties.AreCredentialsOurs && oldName === tokenName(properties.Deployment, mark)) return;
  const stored = await secrets.s3Credentials(properties.CredentialsSecretArn);
  if (await holdsCredentials(tokensOf(asked), oldName, stored)) {
    log(
      'warn',
      `The secret ${properties.CredentialsSecretArn} still holds the credentials that were made here, so the API token "${oldName}" stays. Put others into the secret, then delete that token.`,
    );
    return;
  }
  await removeCredentials(tokensOf(asked), oldName);
}

function bucketOf({ api, properties }: BucketAsked): R2BucketApi {
  const { AccountId: accountId, BucketName: name, Jurisdiction: jurisdiction } = properties;
  return new R2BucketApi(api, { accountId, name, jurisdiction });
}

function tokensOf({ api, properties }: BucketAsked): TokensApi {
  return new TokensApi(api, properties.AccountId);
}

import { createHash } from 'node:crypto';
import type { AccountToken, CreatedToken, TokenPolicy, TokensApi } from '../api/tokens-api.ts';
import type { DeploymentSecrets, S3Credentials } from '../custom-resource/deployment-secrets.ts';
import { Refusal } from '../custom-resource/refusal.ts';
import type { BucketProperties } from './bucket-properties.ts';

/** To read, write and list the objects of one bucket (developers.cloudflare.com/r2/api/tokens). */
const PERMISSION_GROUP = 'Workers R2 Storage Bucket Item Write';

export interface CredentialsOptions {
  readonly tokens: TokensApi;
  readonly secrets: DeploymentSecrets;
  readonly properties: BucketProperties;
  /** What the token is called, and found again by: see tokenName. */
  readonly name: string;
}

/** Of the API token behind a deployment's S3 credentials: found by people and by us. */
export function tokenName(deployment: string, mark: string): string {
  return `Sluice ${deployment}: media bucket (${mark})`;
}

/**
 * S3 credentials of the bucket, in their secret: an API token that may do nothing else. Cloudflare shows a token's value
 * once, so where the secret does not hold that of the token that is there, it gets a new value.
 */
export async function ensureCredentials(options: CredentialsOptions): Promise<void> {
  const { tokens, secrets, properties, name } = options;
  const policies = await policiesOf(options);
  const [found, ...others] = await tokens.named(name);
  // Two of one name: a call that seemed to have failed had not. Nobody knows the value of the other.
  for (const { id } of others) await tokens.remove(id);
  if (found === undefined) {
    await secrets.putS3Credentials(properties.CredentialsSecretArn, s3Credentials(await tokens.create(name, policies)));
    return;
  }
  if (!isSamePolicy(found, policies)) await tokens.setPolicies(found.id, name, policies);
  const stored = await secrets.s3Credentials(properties.CredentialsSecretArn);
  if (stored?.accessKeyId === found.id) return;
  await secrets.putS3Credentials(properties.CredentialsSecretArn, s3Credentials(await tokens.roll(found.id)));
}

/** Whether a token of that name is the one behind these credentials. */
export async function holdsCredentials(
  tokens: TokensApi,
  name: string,
  stored: S3Credentials | undefined,
): Promise<boolean> {
  return (await tokens.named(name)).some(({ id }) => id === stored?.accessKeyId);
}

/** Whoever has them finds the bucket closed from then on. */
export async function removeCredentials(tokens: TokensApi, name: string): Promise<void> {
  for (const { id } of await tokens.named(name)) await tokens.remove(id);
}

/** developers.cloudflare.com/r2/api/tokens, "Get S3 API credentials from an API token". */
function s3Credentials({ id, value }: CreatedToken): S3Credentials {
  return { accessKeyId: id, secretAccessKey: createHash('sha256').update(value).digest('hex') };
}

async function policiesOf({ tokens, properties }: CredentialsOptions): Promise<[TokenPolicy]> {
  const id = await tokens.permissionGroupId(PERMISSION_GROUP);
  if (id === undefined) {
    throw new Refusal(`Cloudflare offers this token no permission ${PERMISSION_GROUP} to give: the account needs R2`);
  }
  const { AccountId, Jurisdiction, BucketName } = properties;
  const bucket = `com.cloudflare.edge.r2.bucket.${AccountId}_${Jurisdiction}_${BucketName}`;
  return [{ effect: 'allow', resources: { [bucket]: '*' }, permission_groups: [{ id }] }];
}

function isSamePolicy({ policies: [found, ...others] }: AccountToken, [wanted]: [TokenPolicy]): boolean {
  if (found === undefined || others.length > 0 || found.effect !== wanted.effect) return false;
  const resources = ({ resources }: Pick<AccountToken['policies'][number], 'resources'>) => Object.keys(resources);
  const groups = (policy: Pick<TokenPolicy, 'permission_groups'>) => policy.permission_groups.map(({ id }) => id);
  return (
    resources(found).join() === Object.keys(wanted.resources).join() && groups(found).join() === groups(wanted).join()
  );
}

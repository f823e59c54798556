import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { parsedJson } from './parsed-json.ts';
import type { LambdaSettings } from './settings.ts';

/** Whoever writes one by hand leaves a line's end behind it. */
const Token = z.string().trim().min(16).max(512);

/** An S3 API's key pair: R2's. */
export const S3Key = z.object({ accessKeyId: z.string().min(1).max(256), secretAccessKey: z.string().min(1).max(256) });
export type S3Key = z.infer<typeof S3Key>;

/** What the functions know and nobody may read. */
export interface Secrets {
  readonly nodeToken: string;
  readonly edgeToken: string;
  readonly adminToken: string;
  /** Of the bucket; absent: the function's role opens it. */
  readonly s3Key?: S3Key | undefined;
}

/** Fetches all of them at once. Rejects with the name of the variable whose secret is missing or wrong, never with what it says. */
export async function readSecrets(
  client: Pick<SecretsManager, 'getSecretValue'>,
  { nodeToken, edgeToken, adminToken, s3Key }: LambdaSettings['secretArns'],
): Promise<Secrets> {
  const read = <T>(schema: z.ZodType<T>, variable: string, arn: string) =>
    readSecret(client, { schema, variable, arn });
  const [node, edge, admin, key] = await Promise.all([
    read(Token, 'SLUICE_NODE_TOKEN_SECRET_ARN', nodeToken),
    read(Token, 'SLUICE_EDGE_TOKEN_SECRET_ARN', edgeToken),
    read(Token, 'SLUICE_ADMIN_TOKEN_SECRET_ARN', adminToken),
    s3Key === undefined ? undefined : read(S3KeyText, 'SLUICE_S3_SECRET_ARN', s3Key),
  ]);
  return { nodeToken: node, edgeToken: edge, adminToken: admin, s3Key: key };
}

const S3KeyText = z.string().transform(parsedJson).pipe(S3Key);

interface Wanted<T> {
  readonly schema: z.ZodType<T>;
  readonly variable: string;
  readonly arn: string;
}

async function readSecret<T>(
  client: Pick<SecretsManager, 'getSecretValue'>,
  { schema, variable, arn }: Wanted<T>,
): Promise<T> {
  const answer = await client.getSecretValue({ SecretId: arn }).catch((cause: unknown) => {
    throw new Error(`the secret that ${variable} names could not be fetched`, { cause });
  });
  const read = schema.safeParse(answer.SecretString);
  // The parser's own words would quote the secret.
  if (!read.success) throw new Error(`the secret that ${variable} names is not as it should be`);
  return read.data;
}

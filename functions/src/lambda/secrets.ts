import { type SecretsManager, SecretsManagerServiceException } from '@aws-sdk/client-secrets-manager';
import type { Logger } from 'pino';
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
  /** The current one; and the one of before, for nodes and Workers that were not made anew yet. */
  readonly nodeTokens: readonly string[];
  readonly edgeTokens: readonly string[];
  readonly adminToken: string;
  /** Of the bucket; absent: the function's role opens it. */
  readonly s3Key?: S3Key | undefined;
}

/** The label of what a secret was before it was last changed (AWS Secrets Manager User Guide, "Secret versions"). */
const PREVIOUS = 'AWSPREVIOUS';

/** No version of the secret has that label. */
const NOT_FOUND = 'ResourceNotFoundException';

/** To ask again would change nothing. */
const REFUSALS: ReadonlySet<string> = new Set(['AccessDeniedException', 'DecryptionFailure']);

const PREVIOUS_LEFT_OUT = 'the token of before cannot be read: who still has it is refused';

type SecretsClient = Pick<SecretsManager, 'getSecretValue'>;

/** Fetches all of them at once. Rejects with the name of the variable whose secret is missing or wrong, never with what it says. */
export async function readSecrets(
  client: SecretsClient,
  { nodeToken, edgeToken, adminToken, s3Key }: LambdaSettings['secretArns'],
  log: Logger,
): Promise<Secrets> {
  const [nodeTokens, edgeTokens, admin, key] = await Promise.all([
    readTokens(client, { variable: 'SLUICE_NODE_TOKEN_SECRET_ARN', arn: nodeToken }, log),
    readTokens(client, { variable: 'SLUICE_EDGE_TOKEN_SECRET_ARN', arn: edgeToken }, log),
    readSecret(client, Token, { variable: 'SLUICE_ADMIN_TOKEN_SECRET_ARN', arn: adminToken }),
    s3Key === undefined ? undefined : readSecret(client, S3KeyText, { variable: 'SLUICE_S3_SECRET_ARN', arn: s3Key }),
  ]);
  return { nodeTokens, edgeTokens, adminToken: admin, s3Key: key };
}

const S3KeyText = z.string().transform(parsedJson).pipe(S3Key);

interface NamedSecret {
  readonly variable: string;
  readonly arn: string;
}

async function readSecret<T>(client: SecretsClient, schema: z.ZodType<T>, { variable, arn }: NamedSecret): Promise<T> {
  const answer = await client.getSecretValue({ SecretId: arn }).catch((cause: unknown) => {
    throw new Error(`the secret that ${variable} names could not be fetched`, { cause });
  });
  const read = schema.safeParse(answer.SecretString);
  // The parser's own words would quote the secret.
  if (!read.success) throw new Error(`the secret that ${variable} names is not as it should be`);
  return read.data;
}

/** The current token, which has to be there, and the one before it. */
async function readTokens(client: SecretsClient, named: NamedSecret, log: Logger): Promise<readonly string[]> {
  const [current, previous] = await Promise.all([readSecret(client, Token, named), readPrevious(client, named, log)]);
  return previous === undefined ? [current] : [current, previous];
}

/**
 * Rejects when Secrets Manager is in trouble: whoever started without it would refuse nodes with live broadcasts for as long
 * as it runs. One that will never be had is left out.
 */
async function readPrevious(
  client: SecretsClient,
  { variable, arn }: NamedSecret,
  log: Logger,
): Promise<string | undefined> {
  try {
    const answer = await client.getSecretValue({ SecretId: arn, VersionStage: PREVIOUS });
    const read = Token.safeParse(answer.SecretString);
    if (read.success) return read.data;
    log.warn({ variable, why: 'it is no token' }, PREVIOUS_LEFT_OUT);
  } catch (cause) {
    const why = cause instanceof SecretsManagerServiceException ? cause.name : '';
    if (why !== NOT_FOUND && !REFUSALS.has(why)) {
      throw new Error(`what the secret that ${variable} names was before could not be fetched`, { cause });
    }
    if (why !== NOT_FOUND) log.warn({ variable, why }, PREVIOUS_LEFT_OUT);
  }
  return undefined;
}

import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

const S3Credentials = z.object({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) });
/** A key to a bucket. Secret. */
export type S3Credentials = z.infer<typeof S3Credentials>;

/** As much as a header carries, and nothing that people paste by accident. */
const ApiToken = z.string().regex(/^[A-Za-z0-9_-]{20,200}$/);
const EdgeToken = z.string().min(16).max(512);

/** The deployment's secrets in AWS Secrets Manager. What is wrong with one is told by its ARN, never by its value. */
export class DeploymentSecrets {
  readonly #secrets: SecretsManager;

  constructor(secrets: SecretsManager) {
    this.#secrets = secrets;
  }

  /** Throws Refusal. */
  async apiToken(arn: string): Promise<string> {
    const read = ApiToken.safeParse((await this.#text(arn))?.trim());
    if (read.success) return read.data;
    throw new Refusal(`The secret ${arn} holds no API token of Cloudflare: put the token into it, as it is`);
  }

  /** What the edge proves itself with: the whole secret, or a field of it. Throws Refusal. */
  async edgeToken(arn: string, field: string | undefined): Promise<string> {
    const text = await this.#text(arn);
    const read = EdgeToken.safeParse(field === undefined ? text : jsonOf(text)?.[field]);
    if (read.success) return read.data;
    const where = field === undefined ? 'holds' : `has in its field ${field}`;
    throw new Refusal(`The secret ${arn} ${where} no token of 16 characters or more`);
  }

  /** `undefined` while nothing of that form was put there. */
  async s3Credentials(arn: string): Promise<S3Credentials | undefined> {
    return S3Credentials.safeParse(jsonOf(await this.#text(arn))).data;
  }

  async putS3Credentials(arn: string, credentials: S3Credentials): Promise<void> {
    await this.#secrets.putSecretValue({ SecretId: arn, SecretString: JSON.stringify(credentials) });
  }

  async #text(arn: string): Promise<string | undefined> {
    try {
      return (await this.#secrets.getSecretValue({ SecretId: arn })).SecretString;
    } catch (error) {
      // It is there and has no value yet, or it is not there.
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }
}

function jsonOf(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}

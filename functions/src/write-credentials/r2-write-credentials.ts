import { createHash } from 'node:crypto';
import { type ChannelId, channelPrefix, type StorageCredentials } from '@sluice/contracts';
import { SignJWT } from 'jose';
import { CREDENTIALS_LIFETIME_S, type WriteCredentials } from './write-credentials.ts';

/** `{account}.r2.cloudflarestorage.com`, or `{account}.eu.r2.…` of a jurisdiction (Cloudflare R2, "S3 API"). */
const R2_HOST = /^([0-9a-f]{32})\.(?:[a-z]+\.)?r2\.cloudflarestorage\.com$/;

export interface R2WriteCredentialsOptions {
  /** Of R2's S3 API. */
  readonly endpoint: string;
  readonly bucketName: string;
  /** The key that theirs are derived from: it may read and write objects of the bucket. Secret. */
  readonly parent: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly nowMs: () => number;
}

/** The account that an S3 endpoint is of; `undefined`: it is not R2's. */
export function r2AccountOf(endpoint: string): string | undefined {
  return R2_HOST.exec(new URL(endpoint).host)?.[1];
}

/**
 * Of R2: signed here, with the parent's secret, and nobody is asked (Cloudflare R2, "Temporary credentials", locally). The
 * session token is a JWT that says what they are for, and the secret is its digest.
 */
export class R2WriteCredentials implements WriteCredentials {
  readonly #options: R2WriteCredentialsOptions;
  readonly #account: string;

  /** Throws for an endpoint that is not R2's. */
  constructor(options: R2WriteCredentialsOptions) {
    const account = r2AccountOf(options.endpoint);
    if (account === undefined) throw new Error('the endpoint is not that of R2');
    this.#options = options;
    this.#account = account;
  }

  async make(channelId: ChannelId): Promise<StorageCredentials> {
    const { endpoint, parent, nowMs } = this.#options;
    const issuedAtS = Math.floor(nowMs() / 1_000);
    const expiresAtS = issuedAtS + CREDENTIALS_LIFETIME_S;
    const token = await new SignJWT(this.#claims(channelId))
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(this.#account)
      .setIssuer(parent.accessKeyId)
      .setAudience(new URL(endpoint).host)
      .setIssuedAt(issuedAtS)
      .setExpirationTime(expiresAtS)
      .sign(Buffer.from(parent.secretAccessKey));
    return {
      accessKeyId: parent.accessKeyId,
      secretAccessKey: createHash('sha256').update(token).digest('hex'),
      sessionToken: Buffer.from(`jwt/${token}`).toString('base64'),
      expiresAtMs: expiresAtS * 1_000,
    };
  }

  /** Both `scope` and `actions`: what the one allows is narrowed by the other. Reading is for HeadObject, as with S3. */
  #claims(channelId: ChannelId) {
    return {
      bucket: this.#options.bucketName,
      scope: 'object-read-write',
      actions: ['PutObject', 'HeadObject'],
      paths: { prefixPaths: [channelPrefix(channelId)], objectPaths: [] },
    };
  }
}

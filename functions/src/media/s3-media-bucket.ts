import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { KEYS_PER_PAGE_MAX, type MediaBucket, type ObjectPage } from './media-bucket.ts';

/** Where the bucket is: S3, or R2 by its S3 API. */
export interface S3MediaBucketOptions {
  readonly name: string;
  /** Absent: S3 of the region. */
  readonly endpoint?: string | undefined;
  /** Absent: `auto` where there is an endpoint, else the machine's own. */
  readonly region?: string | undefined;
  /** Keys of one answer; KEYS_PER_PAGE_MAX, if absent. */
  readonly pageKeys?: number | undefined;
  /** Absent: those of the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** A bucket by S3's API. */
export class S3MediaBucket implements MediaBucket {
  readonly #client: S3Client;
  readonly #name: string;
  readonly #pageKeys: number;

  constructor({ name, endpoint, region, credentials, pageKeys }: S3MediaBucketOptions) {
    this.#name = name;
    this.#pageKeys = pageKeys ?? KEYS_PER_PAGE_MAX;
    this.#client = new S3Client({
      ...(region !== undefined && { region }),
      ...(endpoint !== undefined && { region: region ?? 'auto', endpoint, forcePathStyle: true }),
      ...(credentials !== undefined && { credentials }),
    });
  }

  async list(prefix: string, after?: string): Promise<ObjectPage> {
    const answer = await this.#client.send(
      new ListObjectsV2Command({
        Bucket: this.#name,
        Prefix: prefix,
        MaxKeys: this.#pageKeys,
        ...(after !== undefined && { StartAfter: after }),
      }),
    );
    const objects = (answer.Contents ?? []).map(({ Key = '', Size = 0 }) => ({ key: Key, sizeBytes: Size }));
    return { objects, isTruncated: answer.IsTruncated === true };
  }

  async remove(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const answer = await this.#client.send(
      new DeleteObjectsCommand({
        Bucket: this.#name,
        Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true },
      }),
    );
    const [fault] = answer.Errors ?? [];
    if (fault !== undefined) throw new Error(`${answer.Errors?.length} objects could not be removed: ${fault.Code}`);
  }

  close(): void {
    this.#client.destroy();
  }
}

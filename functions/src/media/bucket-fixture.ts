import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { S3MediaBucket } from './s3-media-bucket.ts';

const NAME = 'media';
/** So few that a broadcast's objects are several pages. */
const PAGE_KEYS = 10;
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'a-secret-of-this-test' };

/** A real bucket: R2 as workerd emulates it, by its S3 endpoint. */
export class BucketFixture implements AsyncDisposable {
  readonly bucket: S3MediaBucket;
  readonly #miniflare: Miniflare;
  readonly #client: S3Client;

  private constructor(miniflare: Miniflare, endpoint: string) {
    this.#miniflare = miniflare;
    this.bucket = new S3MediaBucket({ name: NAME, endpoint, credentials: CREDENTIALS, pageKeys: PAGE_KEYS });
    this.#client = new S3Client({ region: 'auto', endpoint, forcePathStyle: true, credentials: CREDENTIALS });
  }

  static async start(): Promise<BucketFixture> {
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: 'export default { fetch: () => new Response(null) }',
        r2Buckets: { MEDIA: { id: NAME, s3Credentials: CREDENTIALS } },
      }),
    );
    return new BucketFixture(miniflare, `${(await miniflare.ready).origin}/cdn-cgi/local/r2/s3`);
  }

  async put(...keys: string[]): Promise<void> {
    await Promise.all(keys.map((Key) => this.#client.send(new PutObjectCommand({ Bucket: NAME, Key, Body: 'four' }))));
  }

  /** All that is in it, asked by another client than the one under test. */
  async keys(): Promise<string[]> {
    const answer = await this.#client.send(new ListObjectsV2Command({ Bucket: NAME }));
    return (answer.Contents ?? []).map(({ Key = '' }) => Key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.bucket.close();
    this.#client.destroy();
    await this.#miniflare.dispose();
  }
}

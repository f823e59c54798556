import { env } from 'cloudflare:workers';
import { AwsClient } from 'aws4fetch';
import { inject } from 'vitest';
import type { WritableStore } from '../media/media-store.ts';
import { R2Store } from '../media/r2-store.ts';
import { S3Store } from '../media/s3-store.ts';

/** A bucket as tests use it: filled as an ingest node would, read as the edge does. */
export interface TestBucket {
  readonly name: string;
  readonly store: WritableStore;
  put(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Where the tests' S3 server is, for the Worker's bindings. */
export function s3Bindings(endpoint?: string) {
  const s3 = inject('s3');
  return {
    MEDIA_S3_ENDPOINT: endpoint ?? s3.endpoint,
    MEDIA_S3_REGION: 'auto',
    MEDIA_S3_BUCKET: s3.bucket,
    MEDIA_S3_ACCESS_KEY_ID: s3.accessKeyId,
    MEDIA_S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
  };
}

export function r2Bucket(): TestBucket {
  const put = async (key: string, bytes: Uint8Array<ArrayBuffer>) => void (await env.MEDIA.put(key, bytes));
  return { name: 'R2', store: new R2Store(env.MEDIA), put };
}

export function s3Bucket(): TestBucket {
  const { endpoint, bucket, accessKeyId, secretAccessKey } = inject('s3');
  const client = new AwsClient({ accessKeyId, secretAccessKey, region: 'auto', service: 's3', retries: 0 });
  const put = async (key: string, bytes: Uint8Array<ArrayBuffer>) => {
    const answer = await client.fetch(`${endpoint}/${bucket}/${key}`, { method: 'PUT', body: bytes });
    if (!answer.ok) throw new Error(`PUT was answered ${answer.status}: ${await answer.text()}`);
    await answer.body?.cancel();
  };
  return { name: 'S3', store: new S3Store({ endpoint, region: 'auto', bucket, accessKeyId, secretAccessKey }), put };
}

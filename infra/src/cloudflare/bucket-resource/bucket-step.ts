import type { LifecycleRule, R2BucketApi } from '../api/r2-api.ts';
import { Refusal } from '../custom-resource/refusal.ts';
import type { BucketProperties } from './bucket-properties.ts';

const DAY_S = 86_400;
/** Objects are put whole. Pieces of an upload that never ended would be paid for and seen by nobody. */
const UNFINISHED_UPLOAD_DAYS = 1;

/** The bucket, with what becomes of its objects in time. One that is somebody's is looked for and left alone. */
export async function ensureBucket(bucket: R2BucketApi, properties: BucketProperties): Promise<void> {
  const isThere = await bucket.isThere();
  if (!properties.IsBucketOurs) {
    if (isThere) return;
    throw new Refusal(`There is no R2 bucket ${properties.BucketName} in the account. Make it, or leave its name out.`);
  }
  if (!isThere) await bucket.create(properties.LocationHint);
  await bucket.setLifecycle(lifecycleRules(properties.MediaDaysMax));
}

/** Resolves with what became of the bucket, for people. */
export async function removeBucket(bucket: R2BucketApi, properties: BucketProperties): Promise<string> {
  const { BucketName } = properties;
  if (!properties.IsBucketOurs || !properties.IsEmptyBucketRemoved) return `The R2 bucket ${BucketName} stays`;
  const isRemoved = await bucket.removeIfEmpty();
  return isRemoved ? `The empty R2 bucket ${BucketName} is removed` : `The R2 bucket ${BucketName} stays: it has media`;
}

function lifecycleRules(mediaDaysMax: number | undefined): LifecycleRule[] {
  const everything = { enabled: true, conditions: { prefix: '' } };
  const after = (days: number) => ({ condition: { type: 'Age' as const, maxAge: days * DAY_S } });
  return [
    {
      id: 'forget-unfinished-uploads',
      ...everything,
      abortMultipartUploadsTransition: after(UNFINISHED_UPLOAD_DAYS),
    },
    ...(mediaDaysMax === undefined
      ? []
      : [{ id: 'delete-old-media', ...everything, deleteObjectsTransition: after(mediaDaysMax) }]),
  ];
}

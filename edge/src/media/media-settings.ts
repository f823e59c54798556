import type { ChannelId } from '@sluice/contracts';
import { z } from 'zod';
import type { EdgeBindings } from '../environment.ts';
import type { WritableStore } from './media-store.ts';
import { R2Store } from './r2-store.ts';
import { S3Store } from './s3-store.ts';

/** The bucket and the layers before it, as the deployment has them. */
export interface MediaSettings {
  readonly store: WritableStore;
  /** Media is kept in the data centre's cache. */
  readonly isCached: boolean;
  /** Requests for the same file that meet in an isolate are one. */
  readonly isCollapsed: boolean;
  /** The bucket's own domain, without a `/` at its end, where viewers can read it there. */
  readonly baseUrl: string | undefined;
}

const Switch = z
  .enum(['on', 'off'])
  .default('on')
  .transform((word) => word === 'on');

const S3Bindings = z.object({
  MEDIA_S3_ENDPOINT: z.url({ protocol: /^https?$/ }),
  MEDIA_S3_REGION: z.string().min(1),
  MEDIA_S3_BUCKET: z.string().min(1).optional(),
  MEDIA_S3_ACCESS_KEY_ID: z.string().min(1),
  MEDIA_S3_SECRET_ACCESS_KEY: z.string().min(1),
});

const Layers = z.object({
  MEDIA_CACHE: Switch,
  MEDIA_COLLAPSING: Switch,
  MEDIA_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .regex(/^[^?#"]+$/, 'it has no query')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
});

/** A deployment's bindings never change, and this is asked for with each request. */
const known = new WeakMap<object, MediaSettings>();

/** Throws ZodError, which names bindings but never their values, when they are not what they should be. */
export function mediaSettings(bindings: EdgeBindings): MediaSettings {
  const before = known.get(bindings);
  if (before !== undefined) return before;
  const layers = Layers.parse(bindings);
  const settings = {
    store: mediaStore(bindings),
    isCached: layers.MEDIA_CACHE,
    isCollapsed: layers.MEDIA_COLLAPSING,
    baseUrl: layers.MEDIA_BASE_URL,
  };
  known.set(bindings, settings);
  return settings;
}

/** Where a channel's objects are on the bucket's own domain; `undefined` where viewers read them at the edge only. */
export function bucketUrlOf(bindings: EdgeBindings, channelId: ChannelId): string | undefined {
  const { baseUrl } = mediaSettings(bindings);
  return baseUrl && `${baseUrl}/${channelId}`;
}

/** An R2 bucket where one is bound, else S3. */
function mediaStore(bindings: EdgeBindings): WritableStore {
  if (bindings.MEDIA !== undefined) return new R2Store(bindings.MEDIA);
  const s3 = S3Bindings.parse(bindings);
  return new S3Store({
    endpoint: s3.MEDIA_S3_ENDPOINT,
    region: s3.MEDIA_S3_REGION,
    bucket: s3.MEDIA_S3_BUCKET,
    accessKeyId: s3.MEDIA_S3_ACCESS_KEY_ID,
    secretAccessKey: s3.MEDIA_S3_SECRET_ACCESS_KEY,
  });
}

import { randomBytes } from 'node:crypto';
import {
  RESTREAM_TARGETS_MAX,
  type RestreamAddress,
  type RestreamList,
  RestreamStatus,
  RestreamTarget,
  RestreamTargetId,
  readRestreamAddress,
  shownRestreamAddress,
} from '@sluice/contracts';
import { z } from 'zod';

const Url = RestreamTarget.shape.url;
const StreamKey = RestreamTarget.shape.streamKey.unwrap();
/** What the owner calls it: "our other server". */
const Label = z.string().trim().max(80);

/** `POST /v1/channels/{channelId}/restream-targets`. */
export const RestreamTargetCreate = z.strictObject({
  /** `rtmp://`, `rtmps://` or `srt://`. Secret: it is never shown again but for host and path. */
  url: Url,
  /** Secret: never shown again. Absent where the URL holds it, or an SRT target has none. */
  streamKey: StreamKey.optional(),
  label: Label.default(''),
  isDisabled: z.boolean().default(false),
});
export type RestreamTargetCreate = z.infer<typeof RestreamTargetCreate>;

/** `PATCH …/{targetId}`. What is not named stays; another URL is another target, so that its key is named with it. */
export const RestreamTargetChange = z.strictObject({
  url: Url.optional(),
  /** `null`: the URL holds it, or there is none. */
  streamKey: StreamKey.nullable().optional(),
  label: Label.optional(),
  isDisabled: z.boolean().optional(),
});
export type RestreamTargetChange = z.infer<typeof RestreamTargetChange>;

/** A target as it stands in its channel's item. It holds secrets: what is shown of it is `shownTarget`. */
export const StoredRestreamTarget = z.object({
  targetId: RestreamTargetId,
  url: Url,
  streamKey: StreamKey.nullable(),
  label: z.string(),
  isDisabled: z.boolean(),
  createdAtMs: z.int(),
  changedAtMs: z.int(),
});
export type StoredRestreamTarget = z.infer<typeof StoredRestreamTarget>;

/** All targets of a channel, the oldest first, and how often that has changed. */
export const ChannelRestream = z.object({
  version: z.int().nonnegative(),
  targets: z.array(StoredRestreamTarget).max(RESTREAM_TARGETS_MAX),
});
export type ChannelRestream = z.infer<typeof ChannelRestream>;

/** A target as it is shown: without its key, and without what else of its URL could be secret. */
export const ShownRestreamTarget = z.object({
  targetId: RestreamTargetId,
  /** Scheme, host, port and, for RTMP, the application. */
  address: z.string(),
  label: z.string(),
  isDisabled: z.boolean(),
  createdAtMs: z.int(),
  changedAtMs: z.int(),
  /** The newest that a node has told; `null`: none yet. */
  status: z.object({ ...RestreamStatus.omit({ targetId: true }).shape, receivedAtMs: z.int() }).nullable(),
});
export type ShownRestreamTarget = z.infer<typeof ShownRestreamTarget>;

export function shownTarget(
  { url, streamKey, ...shown }: StoredRestreamTarget,
  status: ShownRestreamTarget['status'],
): ShownRestreamTarget {
  const read = readRestreamAddress({ url, streamKey: streamKey ?? undefined });
  return { ...shown, address: read.ok ? shownRestreamAddress(read.address) : '', status };
}

/** Where a target is, or what is wrong with what was written. */
export function addressOf({
  url,
  streamKey,
}: Pick<StoredRestreamTarget, 'url' | 'streamKey'>): RestreamAddress | { readonly fault: string } {
  const read = readRestreamAddress({ url, streamKey: streamKey ?? undefined });
  return read.ok ? read.address : { fault: read.sentence };
}

/** As nodes are told. */
export function listForNodes({ version, targets }: ChannelRestream): RestreamList {
  const enabled = targets.filter(({ isDisabled }) => !isDisabled);
  return {
    version,
    targets: enabled.map(({ targetId, url, streamKey }) => ({
      targetId,
      url,
      ...(streamKey !== null && { streamKey }),
    })),
  };
}

/**
 * The target after a change; `key-needed`: a URL came without saying which key goes there. A key that is kept is not sent
 * to another place, or whoever may write but never knew it could have it sent to themselves.
 */
export function changedTarget(
  target: StoredRestreamTarget,
  change: RestreamTargetChange,
  nowMs: number,
): StoredRestreamTarget | 'key-needed' {
  const isElsewhere = change.url !== undefined && change.url !== target.url;
  if (isElsewhere && target.streamKey !== null && change.streamKey === undefined) return 'key-needed';
  return {
    ...target,
    url: change.url ?? target.url,
    streamKey: change.streamKey === undefined ? target.streamKey : change.streamKey,
    label: change.label ?? target.label,
    isDisabled: change.isDisabled ?? target.isDisabled,
    changedAtMs: nowMs,
  };
}

const ID_BYTES = 8;

export function makeTargetId(): RestreamTargetId {
  return RestreamTargetId.parse(randomBytes(ID_BYTES).toString('hex'));
}

import { randomBytes } from 'node:crypto';
import {
  ChannelId,
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

const Url = RestreamTarget.shape.url.meta({
  description: '`rtmp://`, `rtmps://` or `srt://`. Secret: of it only scheme, host, port and application are shown.',
  examples: ['rtmps://live.example.com/app'],
});
const StreamKey = RestreamTarget.shape.streamKey.unwrap().meta({
  description: 'What that server knows you by: the key of RTMP, the stream id of SRT. Secret: never shown.',
  examples: ['live_0123456789'],
});
const Label = z
  .string()
  .trim()
  .max(80)
  .meta({ description: 'What you call it.', examples: ['our other server'] });
const IsDisabled = z.boolean().describe('Nothing is pushed to it.');

/** `POST /v1/channels/{channelId}/restream-targets`. */
export const RestreamTargetCreate = z
  .strictObject({
    url: Url,
    // Absent where the URL holds it, or an SRT target has none.
    streamKey: StreamKey.optional(),
    label: Label.default(''),
    isDisabled: IsDisabled.default(false),
  })
  .meta({
    id: 'RestreamTargetCreate',
    description: 'The target to be made. Without `streamKey` the URL holds the key, or an SRT target has none.',
    examples: [{ url: 'rtmps://live.example.com/app', streamKey: 'live_0123456789', label: 'our other server' }],
  });
export type RestreamTargetCreate = z.infer<typeof RestreamTargetCreate>;

/** `PATCH …/{targetId}`. What is not named stays; another URL is another target, so that its key is named with it. */
export const RestreamTargetChange = z
  .strictObject({
    url: Url.optional(),
    streamKey: StreamKey.nullable()
      .optional()
      .describe(
        'With another URL it has to be named. `null`: the URL holds it, or there is none. Secret: never shown.',
      ),
    label: Label.optional(),
    isDisabled: IsDisabled.optional(),
  })
  .meta({
    id: 'RestreamTargetChange',
    description: 'What is to be changed of a restream target. What is not named stays as it is.',
    examples: [{ isDisabled: true }],
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

const RestreamTargetStatus = z
  .object({
    ...RestreamStatus.omit({ targetId: true }).shape,
    receivedAtMs: z.int().describe("When the control API heard of it, by the API's clock."),
  })
  .meta({ id: 'RestreamTargetStatus', description: 'How the push to a target is, and was.' });

/** A target as it is shown: without its key, and without what else of its URL could be secret. */
export const ShownRestreamTarget = z
  .object({
    channelId: ChannelId,
    targetId: RestreamTargetId,
    address: z.string().meta({
      description: 'Scheme, host, port and, for RTMP, the application.',
      examples: ['rtmps://live.example.com/app'],
    }),
    label: z.string().meta({ description: 'What you call it.', examples: ['our other server'] }),
    isDisabled: IsDisabled,
    createdAtMs: z.int().describe('When it was made.'),
    changedAtMs: z.int().describe('When it was last changed.'),
    status: RestreamTargetStatus.nullable().describe('The newest that an ingest node has told; `null`: none yet.'),
  })
  .meta({ id: 'RestreamTarget', description: 'A restream target, without its key.' });
export type ShownRestreamTarget = z.infer<typeof ShownRestreamTarget>;

export function shownTarget(
  channelId: ChannelId,
  { url, streamKey, ...shown }: StoredRestreamTarget,
  status: ShownRestreamTarget['status'],
): ShownRestreamTarget {
  const read = readRestreamAddress({ url, streamKey: streamKey ?? undefined });
  return { channelId, ...shown, address: read.ok ? shownRestreamAddress(read.address) : '', status };
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

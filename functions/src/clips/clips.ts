import { type BroadcastId, ChannelId, type ClipId } from '@sluice/contracts';
import { z } from 'zod';
import { Records } from '../storage/records.ts';
import type { Table } from '../storage/table.ts';
import { TenantId } from '../tenants/tenant.ts';
import { Clip } from './clip.ts';

/** Of one channel: they are looked through when media is removed. */
export const CLIPS_PER_CHANNEL_MAX = 1_000;

/** One that was begun: the edge may have its manifest, and nobody was told of it. */
const Begun = z.object({ channelId: ChannelId, tenantId: TenantId });
export type BegunClip = z.infer<typeof Begun>;
const Pointer = z.object({ channelId: ChannelId });

/** Clips, channel by channel. */
export class Clips {
  readonly #clips: Records<Clip>;
  readonly #begun: Records<BegunClip>;
  readonly #pointers: Records<z.infer<typeof Pointer>>;

  constructor(table: Table) {
    this.#clips = new Records(table, Clip);
    this.#begun = new Records(table, Begun);
    this.#pointers = new Records(table, Pointer);
  }

  /** Before the edge is asked: what it made must not be forgotten. */
  async begin(clipId: ClipId, begun: BegunClip): Promise<void> {
    await this.#begun.put(begunKey(clipId), begun);
  }

  begun(clipId: ClipId): Promise<BegunClip | undefined> {
    return this.#begun.get(begunKey(clipId)).then((kept) => kept?.value);
  }

  async add(clip: Clip): Promise<void> {
    await this.#pointers.put(pointerKey(clip.clipId), { channelId: clip.channelId });
    await this.#clips.put(keyOf(clip.channelId, clip.clipId), clip);
    await this.end(clip.clipId);
  }

  /** It is made, or will not be. */
  async end(clipId: ClipId): Promise<void> {
    await this.#begun.remove(begunKey(clipId));
  }

  async find(clipId: ClipId): Promise<Clip | undefined> {
    const pointer = await this.#pointers.get(pointerKey(clipId));
    return pointer && (await this.#clips.get(keyOf(pointer.value.channelId, clipId)))?.value;
  }

  /** The newest first, from the one that comes before `before`. */
  async ofChannel(
    channelId: ChannelId,
    { limit, before }: { readonly limit: number; readonly before?: ClipId | undefined },
  ): Promise<Clip[]> {
    const query = { partition: `clips#${channelId}`, isBackward: true, after: before, limit };
    return (await this.#clips.query(query)).map(({ value }) => value);
  }

  /** Those that are cut out of a broadcast. */
  async ofBroadcast(channelId: ChannelId, broadcastId: BroadcastId): Promise<Clip[]> {
    const all = await this.ofChannel(channelId, { limit: CLIPS_PER_CHANNEL_MAX });
    return all.filter((clip) => clip.broadcastId === broadcastId);
  }

  async remove({ channelId, clipId }: Pick<Clip, 'channelId' | 'clipId'>): Promise<void> {
    await this.#clips.remove(keyOf(channelId, clipId));
    await this.#pointers.remove(pointerKey(clipId));
  }
}

function keyOf(channelId: ChannelId, clipId: ClipId) {
  return { partition: `clips#${channelId}`, sort: clipId };
}

function pointerKey(clipId: ClipId) {
  return { partition: `clip#${clipId}`, sort: 'pointer' };
}

function begunKey(clipId: ClipId) {
  return { partition: 'begun-clips', sort: clipId };
}

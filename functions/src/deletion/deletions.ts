import type { BroadcastId, ChannelId } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { Broadcast } from '../broadcasts/broadcast.ts';
import type { Broadcasts } from '../broadcasts/broadcasts.ts';
import type { Channel } from '../channels/channel.ts';
import type { Channels } from '../channels/channels.ts';
import type { Clip } from '../clips/clip.ts';
import { CLIPS_PER_CHANNEL_MAX, type Clips } from '../clips/clips.ts';
import type { EventLog } from '../ingest/event-log.ts';
import type { JobOutcome } from '../jobs/job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { KEYS_PER_PAGE_MAX, type MediaBucket, type ObjectPage } from '../media/media-bucket.ts';
import type { EdgeCaller } from '../playback/edge-caller.ts';
import type { RestreamStatuses } from '../restream/restream-statuses.ts';
import { Records } from '../storage/records.ts';
import type { Table } from '../storage/table.ts';
import { Deletion, type DeletionSubject, deletionName } from './deletion.ts';
import { isKeptByClips, redundantParts } from './kept-objects.ts';

/** A job removes for so long, and then lets others; it goes on where it was. */
const REMOVING_MS_MAX = 20_000;
/** Whoever asks waits for so long at most; the rest is done by a job. */
const ASKED_MS_MAX = 3_000;
/** Of a page, looked at with the next one as well: the segment of its last parts may be there. More than any segment has. */
const SEEN_AGAIN_MAX = 16;
/** The edge or the bucket did not answer. */
const RETRY_MS = 15_000;

export interface DeletionsParts {
  readonly table: Table;
  readonly queue: JobQueue;
  readonly bucket: MediaBucket;
  readonly edge: Pick<EdgeCaller, 'forgetRecording' | 'deleteClip' | 'deleteChannel'>;
  readonly channels: Channels;
  readonly broadcasts: Broadcasts;
  readonly clips: Clips;
  readonly events: EventLog;
  readonly restreams: RestreamStatuses;
  /** What a channel may have outside of here begins to go. */
  readonly onChannelDeleted: (channelId: ChannelId) => Promise<void>;
  readonly onRecordingDeleted: (broadcast: Broadcast) => Promise<void>;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** What is being removed. Each removal is a record and a job, so it goes on after whatever interrupts it. */
export class Deletions {
  readonly #parts: DeletionsParts;
  readonly #deletions: Records<Deletion>;

  constructor(parts: DeletionsParts) {
    this.#parts = parts;
    this.#deletions = new Records(parts.table, Deletion);
  }

  /** Its media goes, but for that of clips. */
  readonly deleteRecording = async (broadcast: Broadcast): Promise<void> => {
    await this.begin({ kind: 'recording', broadcastId: broadcast.broadcastId }, broadcast);
  };

  /** One that has ended, with its clips. */
  readonly deleteBroadcast = async (broadcast: Broadcast): Promise<void> => {
    await this.#parts.broadcasts.markDeleted(broadcast);
    await this.begin({ kind: 'broadcast', broadcastId: broadcast.broadcastId }, broadcast);
  };

  readonly deleteClip = async (clip: Clip): Promise<void> => {
    const { clipId, broadcastId } = clip;
    await this.begin({ kind: 'clip', clipId, broadcastId }, clip);
  };

  /** With everything that it has. Nobody can publish from now on. */
  readonly deleteChannel = async (channel: Channel): Promise<void> => {
    await this.#parts.channels.markDeleted(channel.channelId, this.#parts.nowMs());
    await this.begin({ kind: 'channel' }, channel);
  };

  /** It will be done, however often it is asked for. Small ones are done when it resolves. */
  async begin(subject: DeletionSubject, of: Pick<Broadcast, 'channelId' | 'tenantId'>): Promise<void> {
    const { queue, nowMs, log } = this.#parts;
    const { channelId, tenantId } = of;
    const deletion = { subject, channelId, tenantId, requestedAtMs: nowMs(), removedObjects: 0, removedBytes: 0 };
    const name = deletionName(deletion);
    await this.#deletions.put(keyOf(name), deletion, { if: 'absent' });
    // Should this process die, or take too long.
    await queue.add({ kind: 'deletion', name, dueAtMs: nowMs() + RETRY_MS });
    try {
      const outcome = await this.#runUntil(name, nowMs() + ASKED_MS_MAX);
      if (outcome.kind === 'again') await queue.add({ kind: 'deletion', name, dueAtMs: outcome.atMs });
    } catch (error) {
      log.warn({ err: error, deletion: name }, 'a deletion was begun, and could not be done at once');
    }
  }

  /** How far one is; `undefined`: it is done, or was never asked for. */
  async progress(subject: DeletionSubject, channelId: ChannelId): Promise<Deletion | undefined> {
    return (await this.#deletions.get(keyOf(deletionName({ channelId, subject }))))?.value;
  }

  /** The job. */
  async run(name: string): Promise<JobOutcome> {
    return await this.#runUntil(name, this.#parts.nowMs() + REMOVING_MS_MAX);
  }

  async #runUntil(name: string, untilMs: number): Promise<JobOutcome> {
    const { nowMs, log } = this.#parts;
    const deletion = (await this.#deletions.get(keyOf(name)))?.value;
    if (deletion === undefined) return { kind: 'done' };
    const isDone = await this.#remove(name, deletion, untilMs);
    if (!isDone) return { kind: 'again', atMs: nowMs() };
    const last = (await this.#deletions.get(keyOf(name)))?.value ?? deletion;
    await this.#deletions.remove(keyOf(name));
    log.info({ deletion: name, objects: last.removedObjects, bytes: last.removedBytes }, 'a deletion is done');
    return { kind: 'done' };
  }

  /** `false`: there is more to do. */
  async #remove(name: string, { subject, channelId, tenantId }: Deletion, untilMs: number): Promise<boolean> {
    const { broadcasts, clips, edge } = this.#parts;
    const job = { name, channelId, untilMs };
    if (subject.kind === 'channel') return await this.#removeChannel(job, tenantId);
    const { broadcastId } = subject;
    const broadcast = (await broadcasts.get(channelId, broadcastId))?.value;
    switch (subject.kind) {
      case 'parts':
        return await this.#empty(job, `${channelId}/${broadcastId}/`, redundantParts);
      case 'media':
        return await this.#emptyBroadcast(job, broadcastId, await clips.ofBroadcast(channelId, broadcastId));
      case 'recording': {
        // What nobody can find any more nobody begins to watch.
        await this.#removeManifest(broadcastId);
        await edge.forgetRecording(channelId, broadcastId);
        const isEmpty = await this.#emptyBroadcast(job, broadcastId, await clips.ofBroadcast(channelId, broadcastId));
        if (isEmpty && broadcast !== undefined) await this.#forgetRecording(broadcast);
        return isEmpty;
      }
      case 'broadcast': {
        await this.#removeManifest(broadcastId);
        await edge.forgetRecording(channelId, broadcastId);
        for (const clip of await clips.ofBroadcast(channelId, broadcastId)) await this.#removeClip(clip);
        if (!(await this.#emptyBroadcast(job, broadcastId, []))) return false;
        if (broadcast?.recording) await this.#forgetRecording(broadcast);
        await broadcasts.remove({ tenantId, channelId, broadcastId });
        return true;
      }
      case 'clip': {
        const clip = await clips.find(subject.clipId);
        if (clip !== undefined) await this.#removeClip(clip);
        else await this.#removeClipManifest(channelId, subject.clipId);
        // Its media was kept for it alone, if the recording is gone.
        const isOwnMedia = broadcast?.state !== 'live' && !broadcast?.recording;
        if (!isOwnMedia) return true;
        return await this.#emptyBroadcast(job, broadcastId, await clips.ofBroadcast(channelId, broadcastId));
      }
    }
  }

  async #removeChannel(job: Removal, tenantId: Deletion['tenantId']): Promise<boolean> {
    const { broadcasts, channels, clips, edge, events, restreams, onChannelDeleted } = this.#parts;
    const { channelId } = job;
    const channel = (await channels.get(channelId))?.value;
    // An earlier run died after its last step: whoever has the name by now is somebody else.
    if (channel?.isBeingDeleted !== true) return true;
    // First: it costs money by the minute.
    await onChannelDeleted(channelId);
    await edge.deleteChannel(channelId);
    for (const clip of await clips.ofChannel(channelId, { limit: CLIPS_PER_CHANNEL_MAX })) await this.#removeClip(clip);
    for (;;) {
      const [broadcast] = await broadcasts.ofChannel(channelId, { limit: 1 });
      if (broadcast === undefined) break;
      await this.#removeManifest(broadcast.broadcastId);
      if (!(await this.#empty(job, `${channelId}/${broadcast.broadcastId}/`))) return false;
      await broadcasts.remove(broadcast);
    }
    // Also of broadcasts that nobody ever told of.
    if (!(await this.#empty(job, `${channelId}/`))) return false;
    await broadcasts.forgetChannel(channelId, tenantId);
    await events.forget(channelId);
    await restreams.forgetAll(channelId);
    await channels.remove(channelId);
    return true;
  }

  #emptyBroadcast(job: Removal, broadcastId: BroadcastId, keptFor: readonly Clip[]): Promise<boolean> {
    return this.#empty(job, `${job.channelId}/${broadcastId}/`, (keys) => [
      ...keys.filter((key) => !isKeptByClips(key, keptFor)),
      ...redundantParts(keys),
    ]);
  }

  /**
   * Removes what is below a prefix until it has been seen that there is nothing more of it.
   *
   * @param choose what of a page is to go.
   */
  async #empty(job: Removal, prefix: string, choose = (keys: readonly string[]) => [...keys]): Promise<boolean> {
    const { bucket, nowMs } = this.#parts;
    let after: string | undefined;
    let isClean = true;
    let before: ObjectPage['objects'] = [];
    for (;;) {
      if (nowMs() >= job.untilMs) return false;
      const page = await bucket.list(prefix, after);
      const objects = [...before, ...page.objects];
      const choice = new Set(choose(objects.map(({ key }) => key)));
      // What is more is found when it is looked for once more.
      const chosen = new Set([...choice].slice(0, KEYS_PER_PAGE_MAX));
      await bucket.remove([...chosen]);
      if (chosen.size > 0) {
        isClean = false;
        await this.#count(
          job.name,
          objects.filter(({ key }) => chosen.has(key)),
        );
      }
      after = page.objects.at(-1)?.key;
      before = objects.filter(({ key }) => !chosen.has(key)).slice(-SEEN_AGAIN_MAX);
      if (page.isTruncated && after !== undefined) continue;
      // Once more from the beginning: what is reported gone is to have been looked for.
      if (isClean) return true;
      isClean = true;
      before = [];
      after = undefined;
    }
  }

  async #count(name: string, removed: readonly { readonly sizeBytes: number }[]): Promise<void> {
    const sizeBytes = removed.reduce((sum, object) => sum + object.sizeBytes, 0);
    await this.#deletions.change(keyOf(name), ({ value }) => ({
      to: {
        ...value,
        removedObjects: value.removedObjects + removed.length,
        removedBytes: value.removedBytes + sizeBytes,
      },
    }));
  }

  async #removeClip(clip: Clip): Promise<void> {
    await this.#removeClipManifest(clip.channelId, clip.clipId);
    await this.#parts.clips.remove(clip);
  }

  async #removeClipManifest(channelId: ChannelId, clipId: Clip['clipId']): Promise<void> {
    await this.#parts.edge.deleteClip(channelId, clipId);
    await this.#parts.bucket.remove([`_clip/${clipId}.json`]);
  }

  async #removeManifest(broadcastId: BroadcastId): Promise<void> {
    await this.#parts.bucket.remove([`_vod/${broadcastId}.json`]);
  }

  async #forgetRecording(broadcast: Broadcast): Promise<void> {
    const { broadcasts, onRecordingDeleted } = this.#parts;
    await onRecordingDeleted(broadcast);
    await broadcasts.changeRecording(broadcast, () => null);
    await broadcasts.unlistRecording(broadcast);
  }
}

interface Removal {
  readonly name: string;
  readonly channelId: ChannelId;
  readonly untilMs: number;
}

function keyOf(name: string) {
  return { partition: 'deletions', sort: name };
}

import { ChannelId, type LatencyProfileName, LeaseAnswer, mediaGrid } from '@sluice/contracts';
import { EdgeClient } from '../control/edge-client.ts';
import type { EncodedBroadcast } from '../media/encoded.ts';
import { type CutPart, Packager } from '../package/packager.ts';
import { audioFrame, fakeBroadcast, V360, V720, videoFrame } from '../package/packaging-fixture.ts';
import { Publication, type PublicationFailure } from './publication.ts';
import type { ScriptedEdge } from './scripted-edge.ts';
import type { ScriptedStore } from './scripted-store.ts';
import type { TakenLease } from './untold-parts.ts';

/** For tests: publications between a scripted edge and a scripted bucket, with parts to order. */

export const FRAME_RATE = { num: 30, den: 1 };
/** Far above what it takes. */
export const FINISH_MS_MAX = 10_000;
const channelId = ChannelId.parse('demo');

/** Parts of some segments in the order in which they are cut, all renditions of an instant together. */
export function cutSegments(profile: LatencyProfileName, segmentCount: number): CutPart[] {
  const grid = mediaGrid(profile, FRAME_RATE);
  const packager = new Packager(fakeBroadcast(profile, FRAME_RATE));
  const parts: (CutPart | undefined)[] = [];
  let audioCount = 0;
  for (let index = 0; index < segmentCount * grid.framesPerSegment; index += 1) {
    for (; audioCount * 1_024 * 30 < (index + 1) * 48_000; audioCount += 1) {
      parts.push(packager.push(audioFrame(audioCount), Date.now()));
    }
    for (const id of [V720, V360]) parts.push(packager.push(videoFrame(id, grid, index), Date.now()));
  }
  return parts.filter((part) => part !== undefined);
}

export interface PublishOptions {
  readonly profile?: LatencyProfileName;
  readonly heldBytesMax?: number;
  readonly onDemand?: boolean;
  readonly encoded?: EncodedBroadcast;
  /** On a broadcast that the encoders go on with, under its init segments; on a new one, if absent. */
  readonly lease?: TakenLease;
}

/** As soon as the edge says that nobody watches a rendition. */
const AT_ONCE = { restAfterMs: 1, idleAfterMs: 1 };

/** Begins to publish. */
export function publishTo(edge: ScriptedEdge, store: ScriptedStore, options: PublishOptions = {}) {
  const { profile = 'low', heldBytesMax, onDemand = false } = options;
  const failures: PublicationFailure[] = [];
  const failed = Promise.withResolvers<PublicationFailure>();
  const lost: string[] = [];
  const imagesLost: string[] = [];
  const skipped: string[] = [];
  const troubles: string[] = [];
  const resting = new RestLog();
  const { encoded = fakeBroadcast(profile, FRAME_RATE) } = options;
  const answer = LeaseAnswer.parse(edge.lease());
  const { lease = { ...answer, untold: { parts: [], next: answer.next } } } = options;
  const client = new EdgeClient({ edgeUrl: edge.peer.url });
  const publication = new Publication({
    channelId,
    lease,
    encoded: { ...encoded, inits: new Packager(encoded).inits, areInitsKept: options.lease !== undefined },
    store,
    announce: (announcement, signal) => client.announce({ channelId, grant: 'a-grant' }, announcement, signal),
    listener: {
      onFailure: (failure) => {
        failures.push(failure);
        failed.resolve(failure);
      },
      onPartStored: () => {},
      onPartLost: ({ renditionId, msn, partIndex }) => lost.push(`${renditionId} ${msn}.${partIndex}`),
      onPartSkipped: ({ renditionId, msn, partIndex }) => skipped.push(`${renditionId} ${msn}.${partIndex}`),
      onObjectStored: () => {},
      onImageLost: ({ message }) => imagesLost.push(message),
      onStandby: () => {},
      onAnnounced: () => {},
      onStorageTrouble: (why) => troubles.push(why),
      onRenditionsShed: () => {},
      onRenditionsResting: (ids, idle) => resting.told(ids, idle),
      onTrouble: (why) => troubles.push(why),
    },
    onDemand,
    limits: {
      demand: AT_ONCE,
      announce: { backoffMs: 1, backoffMsMax: 1 },
      upload: { backoffMs: 1, backoffMsMax: 1, ...(heldBytesMax === undefined ? {} : { heldBytesMax }) },
    },
  });
  publication.start();
  return { publication, failures, failed: failed.promise, lost, imagesLost, skipped, troubles, resting };
}

/** What was told of renditions that rest. */
class RestLog {
  readonly lines: string[] = [];
  #woken = Promise.withResolvers<void>();

  told(ids: readonly string[], idle: readonly string[]): void {
    this.lines.push(`${ids.join(' ') || 'none'} / ${idle.join(' ') || 'none'}`);
    this.#woken.resolve();
    this.#woken = Promise.withResolvers<void>();
  }

  async until(line: string): Promise<void> {
    while (this.lines.at(-1) !== line) await this.#woken.promise;
  }
}

export function addAll(publication: Publication, parts: readonly CutPart[]): void {
  for (const part of parts) publication.add(part);
}

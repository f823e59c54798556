import type { ChildProcess } from 'node:child_process';
import {
  type ChannelId,
  type RestreamList,
  type RestreamStatus,
  type RestreamTarget,
  readRestreamAddress,
} from '@sluice/contracts';
import type { Logger } from 'pino';
import type { SourceFeed } from '../broadcast/source-feed.ts';
import type { SourceConfig, SourceEvent } from '../media/source.ts';
import type { Metrics } from '../operations/metrics.ts';
import type { PlayGateLimits } from '../rtmp/play-gate.ts';
import { spawnTranscoderChild } from '../transcode/transcoder.ts';
import type { PushCause } from './push-course.ts';
import { PUSHER_LIMITS, type PusherLimits } from './pusher.ts';
import { pusherCommand } from './pusher-command.ts';
import type { StartMessage } from './pusher-messages.ts';
import { RestreamGauges } from './restream-gauges.ts';
import { TargetPush } from './target-push.ts';

/**
 * Held for a target that takes less than comes: at eight of them 64 MB, and eight seconds of 8 Mbit/s each. Above what the
 * feed gives at once.
 */
const QUEUE_BYTES_MAX = 8 * 1_024 * 1_024;
/** A line that stands for longer than this is broken, whatever TCP hopes. */
const SLOW_MS_MAX = 20_000;
const QUEUE_LIMITS: PlayGateLimits = { playQueueBytesMax: QUEUE_BYTES_MAX, playSlowMs: SLOW_MS_MAX };

const REMOVED: PushCause = { reason: 'removed', sentence: 'The target was changed, disabled or deleted.' };
const ENDED: PushCause = { reason: 'broadcast-ended', sentence: 'The broadcast has ended.' };

/** What a node is set up with for all its pushes. */
export type RestreamAccess = Pick<StartMessage, 'arePrivateTargetsAllowed' | 'authorities'>;

export interface RestreamerOptions {
  readonly channelId: ChannelId;
  readonly feed: SourceFeed;
  readonly access: RestreamAccess;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly tell: (status: RestreamStatus) => void;
  /** Another program instead of the pusher; tests give ones that hang. */
  readonly spawn?: () => ChildProcess;
  /** Tests do not wait. */
  readonly pusherLimits?: Partial<PusherLimits>;
  readonly queueLimits?: Partial<PlayGateLimits>;
  readonly statusGapMs?: number;
  /** Of the back-off; Math.random, if absent. */
  readonly random?: () => number;
}

interface Held {
  readonly target: RestreamTarget;
  readonly push: TargetPush;
}

/** All pushes of one broadcast: one a target, as the newest list of the control API names them. */
export class Restreamer {
  readonly #options: RestreamerOptions;
  readonly #pushes = new Map<RestreamTarget['targetId'], Held>();
  readonly #configs = new Map<SourceConfig['kind'], SourceConfig>();
  readonly #ending = new Set<Promise<void>>();
  /** Those that are on their way out, which whoever takes their place waits for. */
  readonly #ended = new Map<RestreamTarget['targetId'], Promise<void>>();
  #version: number | undefined;
  #unsubscribe: (() => void) | undefined;
  #isClosed = false;

  constructor(options: RestreamerOptions) {
    this.#options = options;
  }

  /** Of the list that it goes by; `undefined`: the control API gave none. */
  get version(): number | undefined {
    return this.#version;
  }

  /** The targets from now on. A list that is older than the one before is no news. */
  update(list: RestreamList | undefined): void {
    if (this.#isClosed || list === undefined || list.version <= (this.#version ?? -1)) return;
    this.#version = list.version;
    const wanted = new Map(list.targets.map((target) => [target.targetId, target]));
    for (const { target } of [...this.#pushes.values()]) {
      if (!isSame(target, wanted.get(target.targetId))) this.#end(target.targetId, REMOVED, false);
    }
    for (const target of wanted.values()) if (!this.#pushes.has(target.targetId)) this.#begin(target);
    this.#watch();
  }

  /** The broadcast ends: what was sent still leaves, unless another node has the channel. Resolves when all is gone. */
  async close(isFenced: boolean): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe?.();
    for (const targetId of [...this.#pushes.keys()]) this.#end(targetId, ENDED, isFenced);
    await Promise.all(this.#ending);
  }

  /** Nothing is listened to where there is no target. */
  #watch(): void {
    if (this.#pushes.size === 0) {
      this.#unsubscribe?.();
      this.#unsubscribe = undefined;
      return;
    }
    this.#unsubscribe ??= this.#options.feed.subscribe({
      onEvents: (events) => this.#heard(events),
      onRestart: () => this.#configs.clear(),
      onEnd: () => {},
    });
  }

  #heard(events: readonly SourceEvent[]): void {
    let hasPacket = false;
    for (const event of events) {
      if (event.kind === 'video-config' || event.kind === 'audio-config') this.#configs.set(event.kind, event);
      else if (event.kind !== 'metadata') hasPacket = true;
    }
    for (const { push } of this.#pushes.values()) {
      push.configure([...this.#configs.values()]);
      if (hasPacket && this.#configs.size > 0) push.packet();
    }
  }

  #begin(target: RestreamTarget): void {
    const { channelId, feed, access, metrics, logger, tell, spawn } = this.#options;
    const { targetId, url, streamKey } = target;
    const read = readRestreamAddress({ url, streamKey });
    // The control API reads them by the same rule: this is one of another version.
    if (!read.ok) {
      logger.warn({ targetId }, 'a restream target cannot be read');
      return;
    }
    const before = this.#ended.get(targetId);
    const push = new TargetPush({
      targetId,
      address: read.address,
      access,
      feed,
      gauges: new RestreamGauges(metrics, channelId, targetId),
      logger: logger.child({ targetId }),
      tell,
      spawn: spawn ?? (() => spawnTranscoderChild(pusherCommand(process.execPath))),
      random: this.#options.random ?? Math.random,
      limits: {
        statusGapMs: this.#options.statusGapMs,
        queue: { ...QUEUE_LIMITS, ...this.#options.queueLimits },
        pusher: { ...PUSHER_LIMITS, ...this.#options.pusherLimits },
      },
      after: before,
    });
    push.configure([...this.#configs.values()]);
    this.#pushes.set(targetId, { target, push });
  }

  #end(targetId: RestreamTarget['targetId'], cause: PushCause, isAtOnce: boolean): void {
    const held = this.#pushes.get(targetId);
    if (held === undefined) return;
    this.#pushes.delete(targetId);
    const over = held.push.stop(cause, isAtOnce);
    this.#ending.add(over);
    this.#ended.set(targetId, over);
    void over.then(() => {
      this.#ending.delete(over);
      if (this.#ended.get(targetId) === over) this.#ended.delete(targetId);
    });
  }
}

function isSame(one: RestreamTarget, other: RestreamTarget | undefined): boolean {
  return one.url === other?.url && one.streamKey === other.streamKey;
}

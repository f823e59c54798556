import type { PartAnnounced, RenditionId } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { BroadcastHealth } from '../health/broadcast-health.ts';
import { type HealthWarning, storageTooSlow } from '../health/health-warning.ts';
import type { Metrics } from '../operations/metrics.ts';
import type { PublicationListener } from '../publish/publication.ts';
import type { TranscoderStats } from '../transcode/transcoder.ts';

const MS_PER_S = 1_000;
/** Trouble that goes on is told this often; each is counted in the metrics of whoever it comes from. */
const TROUBLE_EVERY_MS = 10_000;

type TranscoderMemory = Pick<TranscoderStats, 'residentBytes' | 'heapUsedBytes' | 'externalBytes'>;

/** What a broadcast did, for the log and the metrics. */
export class BroadcastFigures implements Omit<PublicationListener, 'onFailure' | 'onStandby'> {
  readonly #metrics: Metrics;
  readonly #logger: Logger;
  readonly #health: BroadcastHealth;
  readonly #beganAtMs = performance.now();
  #storedParts = 0;
  #lostParts = 0;
  #storedBytes = 0;
  #shedCount = 0;
  #resting = { stored: 0, encoded: 0 };
  #stats: TranscoderStats | undefined;
  #memory: TranscoderMemory = { residentBytes: 0, heapUsedBytes: 0, externalBytes: 0 };
  #troubleToldAtMs = Number.NEGATIVE_INFINITY;
  #lossToldAtMs = Number.NEGATIVE_INFINITY;

  constructor(metrics: Metrics, logger: Logger, health: BroadcastHealth) {
    this.#metrics = metrics;
    this.#logger = logger;
    this.#health = health;
  }

  onPartStored({ renditionId, msn, partIndex, sizeBytes }: PartAnnounced, tookMs: number): void {
    this.#logger.debug({ renditionId, msn, partIndex, sizeBytes, tookMs }, 'part stored');
    this.#storedParts += 1;
    this.#metrics.partsStored.inc();
    this.#metrics.putDelay.observe(tookMs / MS_PER_S);
    this.#metrics.recentPuts.add(tookMs);
    this.#health.onPartStored(tookMs);
    this.#addBytes(sizeBytes);
  }

  onPartLost({ renditionId, msn, partIndex }: PartAnnounced, error: Error): void {
    this.#lostParts += 1;
    this.#metrics.partsLost.inc();
    const nowMs = performance.now();
    if (nowMs - this.#lossToldAtMs < TROUBLE_EVERY_MS) return;
    this.#lossToldAtMs = nowMs;
    const facts = { renditionId, msn, partIndex, lostParts: this.#lostParts, why: error.message };
    this.#logger.warn(facts, 'part lost: it is announced as a gap');
  }

  onPartSkipped(_part: PartAnnounced): void {
    this.#lostParts += 1;
    this.#metrics.partsLost.inc();
  }

  onObjectStored(sizeBytes: number): void {
    this.#addBytes(sizeBytes);
  }

  /** Viewers miss a thumbnail, and no media. */
  onImageLost(error: Error): void {
    this.#logger.debug({ why: error.message }, 'image lost');
    this.#metrics.imagesLost.inc();
  }

  onAnnounced(tookMs: number): void {
    this.#logger.debug({ tookMs }, 'announced');
    this.#metrics.announceDelay.observe(tookMs / MS_PER_S);
    this.#health.onAnnounced(tookMs);
  }

  /** Storage is in trouble: each repetition is counted, and now and then told. */
  onStorageTrouble(why: string): void {
    this.#metrics.putsRepeated.inc();
    this.onTrouble(why);
  }

  /** The line to storage is too thin for all renditions, or not any more. */
  onRenditionsShed(renditionIds: readonly RenditionId[]): void {
    this.#metrics.renditionsShed.inc(renditionIds.length - this.#shedCount);
    this.#shedCount = renditionIds.length;
    if (renditionIds.length === 0) {
      this.#logger.info('all renditions are stored again');
      return;
    }
    this.#logger.warn({ renditionIds }, 'renditions that are not stored for now: the line to storage is too thin');
    this.#health.onWarning(storageTooSlow());
  }

  /** Nobody watches these; of them some are not encoded either. */
  onRenditionsResting(renditionIds: readonly RenditionId[], idle: readonly RenditionId[]): void {
    this.#countResting(renditionIds.length, idle.length);
    this.#logger.info({ renditionIds, notEncoded: idle }, 'renditions that nobody watches rest');
  }

  /** Something outside does not answer as it should. */
  onTrouble(why: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#troubleToldAtMs < TROUBLE_EVERY_MS) return;
    this.#troubleToldAtMs = nowMs;
    this.#logger.warn({ why }, 'publishing is in trouble, and tried again');
  }

  onWarning(warning: HealthWarning): void {
    this.#health.onWarning(warning);
  }

  onStats(stats: TranscoderStats): void {
    this.#countMemory(stats);
    this.#health.onTranscoder(stats);
    this.#stats = stats;
  }

  /** Nothing is published any more. */
  onEnded(): void {
    this.#metrics.renditionsShed.dec(this.#shedCount);
    this.#shedCount = 0;
    this.#countResting(0, 0);
  }

  #countResting(stored: number, encoded: number): void {
    this.#metrics.renditionsResting.inc({ from: 'storage' }, stored - this.#resting.stored);
    this.#metrics.renditionsResting.inc({ from: 'encoding' }, encoded - this.#resting.encoded);
    this.#resting = { stored, encoded };
  }

  /** The transcoder is gone, and its memory with it. */
  onTranscoderExit(): void {
    this.#countMemory({ residentBytes: 0, heapUsedBytes: 0, externalBytes: 0 });
    this.#health.onTranscoderExit();
  }

  /** For the line that tells of the end. */
  summary(): Readonly<Record<string, number | undefined>> {
    return {
      durationS: Math.round((performance.now() - this.#beganAtMs) / MS_PER_S),
      storedParts: this.#storedParts,
      lostParts: this.#lostParts,
      storedBytes: this.#storedBytes,
      repeatedFrames: this.#stats?.repeatCount,
      droppedFrames: this.#stats?.droppedFrameCount,
      transcoderCpuMs: this.#stats && Math.round(this.#stats.cpuMs),
    };
  }

  /** The gauge is the sum over broadcasts: each adds how much its own share has changed. */
  #countMemory(now: TranscoderMemory): void {
    const before = this.#memory;
    this.#memory = now;
    this.#metrics.transcoderMemory.inc({ kind: 'resident' }, now.residentBytes - before.residentBytes);
    this.#metrics.transcoderMemory.inc({ kind: 'heap' }, now.heapUsedBytes - before.heapUsedBytes);
    this.#metrics.transcoderMemory.inc({ kind: 'external' }, now.externalBytes - before.externalBytes);
  }

  #addBytes(sizeBytes: number): void {
    this.#storedBytes += sizeBytes;
    this.#metrics.storedBytes.inc(sizeBytes);
  }
}

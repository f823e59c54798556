import type { Logger } from 'pino';
import type { Counter, Gauge } from 'prom-client';
import type { Slots } from '../broadcast/broadcast-registry.ts';
import { figuresPhaseMs, nextFiguresMs } from './figures-schedule.ts';
import type { Metrics } from './metrics.ts';

const MS_PER_S = 1_000;
/** The refusals that another node would be the answer to. */
const NO_ROOM_CODES = new Set(['server-full']);
/** Warnings that say that this node cannot keep up. */
const OVERLOAD_CODES = new Set(['cpu-overload', 'held-back']);

export interface FiguresLogOptions {
  readonly periodMs: number;
  readonly metrics: Metrics;
  readonly slots: () => Slots;
  readonly logger: Logger;
}

/** What has been counted since the last line. */
type Counted = Record<string, number>;

/**
 * One line a minute for whoever makes metrics out of a log (CloudWatch): how it is now, and what was counted since the line
 * before, so that sums over nodes are right. docs/RUNBOOK.md lists what is in it.
 */
export class FiguresLog {
  readonly #options: FiguresLogOptions;
  readonly #logger: Logger;
  readonly #phaseMs: number;
  #timer: NodeJS.Timeout | undefined;
  #before: Counted = {};
  #toldAtMs = performance.now();

  constructor(options: FiguresLogOptions) {
    this.#options = options;
    // Whatever else is worth a line: metrics are made of these.
    this.#logger = options.logger.child({}, { level: 'info' });
    this.#phaseMs = figuresPhaseMs(options.periodMs, Math.random());
    this.#sleep();
  }

  /**
   * The last line: what was counted since the one before, and nothing of how it is: whoever counts lines with slots counts
   * nodes, and this one is gone.
   */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#logger.info({ ...(await this.#counts()), isLast: true }, 'figures');
  }

  #sleep(): void {
    const nowMs = Date.now();
    const { periodMs } = this.#options;
    const waitMs = nextFiguresMs(nowMs, { periodMs, phaseMs: this.#phaseMs }) - nowMs;
    this.#timer = setTimeout(() => void this.#tell(), waitMs);
    this.#timer.unref();
  }

  async #tell(): Promise<void> {
    this.#sleep();
    this.#logger.info({ ...(await this.#state()), ...(await this.#counts()) }, 'figures');
  }

  async #state(): Promise<Record<string, number>> {
    const { metrics, slots } = this.#options;
    const { count, usedCount, freeCount } = slots();
    const memory = await labelled(metrics.transcoderMemory, 'kind');
    const broadcasts = await labelled(metrics.broadcasts, 'state');
    return {
      slots: count,
      slotsUsed: usedCount,
      slotsFree: freeCount,
      broadcasts: (broadcasts.get('live') ?? 0) + (broadcasts.get('absent') ?? 0),
      broadcastsAbsent: broadcasts.get('absent') ?? 0,
      connections: await sum(metrics.connections),
      renditionsShed: await sum(metrics.renditionsShed),
      encodeLagMsMax: Math.round((await most(metrics.encodeLag)) * MS_PER_S),
      residentBytes: process.memoryUsage.rss(),
      transcoderResidentBytes: memory.get('resident') ?? 0,
    };
  }

  async #counts(): Promise<Counted> {
    const { metrics } = this.#options;
    const refused = await labelled(metrics.publishesRefused, 'code');
    const warnings = await labelled(metrics.warnings, 'code');
    const now: Counted = {
      partsStored: await sum(metrics.partsStored),
      partsLost: await sum(metrics.partsLost),
      storedBytes: await sum(metrics.storedBytes),
      receivedBytes: await sum(metrics.receivedBytes),
      putsRepeated: await sum(metrics.putsRepeated),
      transcoderRestarts: await sum(metrics.transcoderRestarts),
      publishesRefused: total(refused, () => true),
      publishesRefusedNoRoom: total(refused, (code) => NO_ROOM_CODES.has(code)),
      publishesRefusedControl: total(refused, (code) => code === 'control-unreachable'),
      publishesFailed: total(refused, (code) => code === 'internal-error'),
      warnings: total(warnings, () => true),
      overloadWarnings: total(warnings, (code) => OVERLOAD_CODES.has(code)),
    };
    const before = this.#before;
    this.#before = now;
    const counted = Object.fromEntries(Object.entries(now).map(([name, value]) => [name, value - (before[name] ?? 0)]));
    const put = metrics.recentPuts.take();
    return { periodS: this.#passedS(), ...counted, ...(put && { putMsP95: put.p95Ms, putMsMax: put.maxMs }) };
  }

  #passedS(): number {
    const nowMs = performance.now();
    const passedMs = nowMs - this.#toldAtMs;
    this.#toldAtMs = nowMs;
    return Math.round(passedMs / MS_PER_S);
  }
}

async function sum(metric: Counter | Gauge): Promise<number> {
  const { values } = await metric.get();
  return values.reduce((all, { value }) => all + value, 0);
}

async function most(metric: Gauge<'channel'>): Promise<number> {
  const { values } = await metric.get();
  return Math.max(0, ...values.map(({ value }) => value));
}

async function labelled(metric: Counter<string> | Gauge<string>, label: string): Promise<Map<string, number>> {
  const { values } = await metric.get();
  return new Map(values.map(({ labels, value }) => [String(labels[label]), value]));
}

function total(counts: ReadonlyMap<string, number>, isMeant: (code: string) => boolean): number {
  return [...counts].reduce((all, [code, count]) => (isMeant(code) ? all + count : all), 0);
}

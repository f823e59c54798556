import type { ViewerReport } from '@sluice/contracts';
import { z } from 'zod';
import { BucketCounts, Histogram, LATENCY_BUCKETS, STARTUP_BUCKETS } from './histogram.ts';
import { NamedCounts, Tally } from './tally.ts';

const Sum = z.int().nonnegative();

/** What only adds up. */
const PlainSums = z.object({
  reports: Sum,
  /** Reports that there was no room for. */
  dropped: Sum,
  playedMs: Sum,
  stalls: Sum,
  stalledMs: Sum,
  droppedFrames: Sum,
  /** First frames that were seen. */
  starts: Sum,
  /** Of so many reports; divided by that it is a mean. */
  bufferMs: Sum,
  buffers: Sum,
  bitrateBps: Sum,
  bitrates: Sum,
});
export type PlainSums = z.infer<typeof PlainSums>;
const SUM_NAMES = PlainSums.keyof().options;

/** Reports of many viewers as one, from isolates to relays, from relays to the channel's object. It tells nobody apart. */
export const ReportSums = z.object({
  sums: PlainSums,
  latency: BucketCounts,
  startup: BucketCounts,
  renditions: NamedCounts,
  engines: NamedCounts,
  failures: NamedCounts,
});
export type ReportSums = z.infer<typeof ReportSums>;

/** Adds up reports, and what others have added up. Its size is bounded by its buckets and names, whatever is reported. */
export class ReportCounter {
  readonly latency = new Histogram(LATENCY_BUCKETS);
  readonly startup = new Histogram(STARTUP_BUCKETS);
  readonly renditions = new Tally();
  readonly engines = new Tally();
  readonly failures = new Tally();
  #sums = noSums();

  get sums(): Readonly<PlainSums> {
    return this.#sums;
  }

  get isEmpty(): boolean {
    return this.#sums.reports === 0 && this.#sums.dropped === 0;
  }

  report(report: ViewerReport): void {
    const { latencyMs, startupMs, bufferMs, bitrateBps, renditionId, engine, failure } = report;
    const sums = this.#sums;
    sums.reports += 1;
    sums.playedMs += report.playedMs;
    sums.stalls += report.stalls;
    sums.stalledMs += report.stalledMs;
    sums.droppedFrames += report.droppedFrames;
    if (startupMs !== undefined) sums.starts += 1;
    sums.bufferMs += bufferMs ?? 0;
    if (bufferMs !== undefined) sums.buffers += 1;
    sums.bitrateBps += bitrateBps ?? 0;
    if (bitrateBps !== undefined) sums.bitrates += 1;
    if (report.isLive && latencyMs !== undefined) this.latency.add(latencyMs);
    if (startupMs !== undefined) this.startup.add(startupMs);
    if (renditionId !== undefined) this.renditions.add(renditionId);
    if (engine !== undefined) this.engines.add(engine);
    if (failure !== undefined) this.failures.add(failure);
  }

  /** There was no room for one. */
  drop(): void {
    this.#sums.dropped += 1;
  }

  /** What another one has taken. */
  add({ sums, latency, startup, renditions, engines, failures }: ReportSums): void {
    for (const name of SUM_NAMES) this.#sums[name] += sums[name];
    this.latency.addCounts(latency);
    this.startup.addCounts(startup);
    this.renditions.addAll(renditions);
    this.engines.addAll(engines);
    this.failures.addAll(failures);
  }

  /** Everything so far. */
  counts(): ReportSums {
    return {
      sums: { ...this.#sums },
      latency: this.latency.counts(),
      startup: this.startup.counts(),
      renditions: this.renditions.counts(),
      engines: this.engines.counts(),
      failures: this.failures.counts(),
    };
  }

  /** The same; it begins again from nothing. */
  take(): ReportSums {
    const taken = this.counts();
    this.#sums = noSums();
    for (const each of [this.latency, this.startup, this.renditions, this.engines, this.failures]) each.clear();
    return taken;
  }
}

function noSums(): PlainSums {
  return {
    reports: 0,
    dropped: 0,
    playedMs: 0,
    stalls: 0,
    stalledMs: 0,
    droppedFrames: 0,
    starts: 0,
    bufferMs: 0,
    buffers: 0,
    bitrateBps: 0,
    bitrates: 0,
  };
}

import type { IngestNodes } from '../ingest-nodes.ts';
import type { IngestPorts } from '../ports.ts';
import { Region, type RegionNews } from './region.ts';
import { type FrontPorts, RegionFront } from './region-front.ts';
import { type HealthCheck, LOCAL_HEALTH_CHECK } from './region-health.ts';

/** Several regions with an ingest node each, in place of the one node of a system. */
export interface RegionsOptions {
  /** Of each region's node, the nearest region first. */
  readonly ports: readonly IngestPorts[];
  /** LOCAL_HEALTH_CHECK, if absent. */
  readonly check?: HealthCheck;
  /** So long after a region's node has ended another one is started; absent: none is. */
  readonly restartAfterMs?: number;
  /** What happens to a region, as it happens. */
  readonly onNews?: (region: Region, news: RegionNews) => void;
}

/** Of the regions of one machine, counted from 0, the nearest first. */
export function regionName(index: number): string {
  return `region-${index + 1}`;
}

/** Regions, the nearest first, behind one address. */
export class Regions implements AsyncDisposable {
  readonly all: readonly [Region, ...Region[]];
  readonly #owned: AsyncDisposableStack;

  static async start(frontPorts: FrontPorts, nodes: IngestNodes, options: RegionsOptions): Promise<Regions> {
    await using owned = new AsyncDisposableStack();
    const regions: Region[] = [];
    for (const [index, ports] of options.ports.entries()) {
      const region = await Region.start({
        name: regionName(index),
        ports,
        nodes,
        check: options.check ?? LOCAL_HEALTH_CHECK,
        restartAfterMs: options.restartAfterMs,
        onNews: (told, news) => options.onNews?.(told, news),
      });
      regions.push(owned.use(region));
    }
    const [nearest, ...others] = regions;
    if (nearest === undefined) throw new Error('there is no region');
    owned.use(await RegionFront.listen(frontPorts, [nearest, ...others]));
    return new Regions([nearest, ...others], owned.move());
  }

  private constructor(all: readonly [Region, ...Region[]], owned: AsyncDisposableStack) {
    this.all = all;
    this.#owned = owned;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

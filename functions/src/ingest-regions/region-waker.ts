import type { ECS } from '@aws-sdk/client-ecs';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { IngestService, RegionName } from './ingest-service.ts';

/** Whoever asked waits for it. */
const ANSWER_MS_MAX = 3_000;

const Described = z.object({ desiredCount: z.int().nonnegative(), runningCount: z.int().nonnegative() });

/** What there is of a region's nodes. `waking`: they are wanted, and none runs yet. */
export const RegionState = z.enum(['running', 'waking', 'unreachable']);
export type RegionState = z.infer<typeof RegionState>;

export interface RegionWakerOptions {
  readonly services: readonly IngestService[];
  /** ECS of a region. Asked once for each. */
  readonly ecsOf: (region: RegionName) => Pick<ECS, 'describeServices' | 'updateService'>;
  readonly log: Logger;
}

/** Regions whose ingest nodes may have gone to none while nobody streamed: nothing listens there until they are woken. */
export class RegionWaker {
  readonly #options: RegionWakerOptions;
  readonly #clients = new Map<RegionName, ReturnType<RegionWakerOptions['ecsOf']>>();

  constructor(options: RegionWakerOptions) {
    this.#options = options;
  }

  get regions(): RegionName[] {
    return this.#options.services.map(({ region }) => region);
  }

  /** Wakes one region, or all. Twice is as good as once: what is awake stays as it is. Never rejects. */
  async wake(region?: RegionName): Promise<{ readonly region: RegionName; readonly state: RegionState }[]> {
    const { services } = this.#options;
    const meant = services.filter((service) => region === undefined || service.region === region);
    return await Promise.all(
      meant.map(async (service) => ({ region: service.region, state: await this.#wakeOne(service) })),
    );
  }

  async #wakeOne({ region, cluster, service }: IngestService): Promise<RegionState> {
    const { log } = this.#options;
    const ecs = this.#ecsOf(region);
    const options = () => ({ abortSignal: AbortSignal.timeout(ANSWER_MS_MAX) });
    try {
      const answer = await ecs.describeServices({ cluster, services: [service] }, options());
      const [failure] = answer.failures ?? [];
      if (failure !== undefined) throw new Error(`ECS does not know the service: ${failure.reason}`);
      const { desiredCount, runningCount } = Described.parse(answer.services?.[0]);
      if (desiredCount === 0) {
        await ecs.updateService({ cluster, service, desiredCount: 1 }, options());
        log.info({ region }, 'a region is woken: it had no ingest nodes');
      }
      return runningCount > 0 ? 'running' : 'waking';
    } catch (error) {
      log.error({ err: error, region }, 'a region could not be woken');
      return 'unreachable';
    }
  }

  #ecsOf(region: RegionName) {
    const client = this.#clients.get(region) ?? this.#options.ecsOf(region);
    this.#clients.set(region, client);
    return client;
  }
}

import type { WorkersApi } from '../api/workers-api.ts';
import type { ZoneApi } from '../api/zone-api.ts';
import { Refusal } from '../custom-resource/refusal.ts';
import type { EdgeProperties, ZonedEdgeProperties } from './edge-properties.ts';

export interface TriggersOptions {
  readonly workers: WorkersApi;
  readonly zone: ZoneApi;
  readonly properties: ZonedEdgeProperties;
}

/** What leads to another Worker stays as it is. Throws Refusal. */
export async function assertTriggersFree({ workers, zone, properties }: TriggersOptions): Promise<void> {
  const { Domain, WorkerName, Routes } = properties;
  const [domain] = await workers.domains({ hostname: Domain });
  if (domain !== undefined && domain.service !== WorkerName) {
    throw new Refusal(
      `The domain ${Domain} belongs to the Worker ${domain.service}. Take it from there, or name another.`,
    );
  }
  const taken = (await zone.routes()).find(({ pattern, script }) => Routes.includes(pattern) && script !== WorkerName);
  if (taken === undefined) return;
  const owner = taken.script ? `leads to the Worker ${taken.script}` : 'is there, and leads to no Worker';
  throw new Refusal(`The route ${taken.pattern} ${owner}. Take it from there, or leave it out.`);
}

/** All that starts the Worker: its domain, routes and schedules, and none of `workers.dev`, where no cache works. */
export async function ensureTriggers({ workers, zone, properties }: TriggersOptions): Promise<void> {
  const { Domain, WorkerName, Routes, Worker, ZoneId } = properties;
  await workers.setSubdomain(WorkerName, false);
  const { crons } = Worker.triggers;
  if ((await workers.schedules(WorkerName)).toSorted().join() !== crons.toSorted().join()) {
    await workers.setSchedules(WorkerName, crons);
  }
  const routes = await zone.routes();
  for (const wanted of Routes) {
    if (!routes.some(({ pattern }) => pattern === wanted)) await zone.addRoute(wanted, WorkerName);
  }
  const domains = await workers.domains({ hostname: Domain });
  if (domains.length === 0) await workers.setDomain(Domain, WorkerName, ZoneId);
}

/** What an earlier deployment made and this one does not want. */
export async function removeOldTriggers(options: TriggersOptions, old: EdgeProperties): Promise<void> {
  const { workers, zone, properties } = options;
  const { WorkerName, Domain, Routes } = properties;
  if (old.Domain !== Domain) {
    for (const { id, service } of await workers.domains({ hostname: old.Domain })) {
      if (service === WorkerName) await workers.removeDomain(id);
    }
  }
  for (const { id, pattern, script } of await zone.routes()) {
    const isOld = old.Routes.includes(pattern) && !Routes.includes(pattern);
    if (isOld && script === WorkerName) await zone.removeRoute(id);
  }
}

/** Everything that leads to the Worker, which is about to be deleted. */
export async function removeTriggers({ workers, zone, properties }: TriggersOptions): Promise<void> {
  const { WorkerName } = properties;
  for (const { id } of await workers.domains({ service: WorkerName })) await workers.removeDomain(id);
  for (const { id, script } of await zone.routes()) if (script === WorkerName) await zone.removeRoute(id);
}

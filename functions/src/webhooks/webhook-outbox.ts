import type { Logger } from 'pino';
import type { JobOutcome } from '../jobs/job.ts';
import { JOB_MS_MAX, type JobQueue } from '../jobs/job-queue.ts';
import { TenantId } from '../tenants/tenant.ts';
import type { Deliveries, KeptDelivery } from './deliveries.ts';
import { type Delivery, type DeliveryTry, retryDelayMs, stateAfter } from './delivery.ts';
import { type WebhookEndpoint, WebhookEndpointId } from './webhook-endpoint.ts';
import type { WebhookEndpoints } from './webhook-endpoints.ts';
import type { WebhookEvent } from './webhook-event.ts';
import type { WebhookSender } from './webhook-sender.ts';

/** A job tells for so long, and then lets others; the last try ends within JOB_MS_MAX. */
const TELLING_MS_MAX = 30_000;

export interface WebhookOutboxParts {
  readonly endpoints: WebhookEndpoints;
  readonly deliveries: Deliveries;
  readonly sender: Pick<WebhookSender, 'send'>;
  readonly queue: JobQueue;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** What endpoints are told: at least once, and in order within a group. */
export class WebhookOutbox {
  readonly #parts: WebhookOutboxParts;

  constructor(parts: WebhookOutboxParts) {
    this.#parts = parts;
  }

  /** Kept once it resolves, for every endpoint of the tenant that wants it. */
  async tell(tenantId: TenantId, event: WebhookEvent): Promise<void> {
    const endpoints = await this.#parts.endpoints.list(tenantId);
    for (const endpoint of endpoints) if (wants(endpoint, event)) await this.tellOne(endpoint, event);
  }

  /** The same for one endpoint, whether it wants it or not. */
  async tellOne({ tenantId, endpointId }: WebhookEndpoint, event: WebhookEvent): Promise<void> {
    const { deliveries, queue, nowMs } = this.#parts;
    const { messageId, group, sequence, payload } = event;
    const delivery = { messageId, group, sequence, payload, createdAtMs: nowMs(), tries: 0, lastTry: null };
    await deliveries.add(endpointId, delivery);
    await queue.add({ kind: 'webhooks', name: nameOf({ tenantId, endpointId, group }), dueAtMs: nowMs() });
  }

  /** The job: tells a group what is pending, one after the other. */
  async run(name: string): Promise<JobOutcome> {
    const { endpoints, deliveries, nowMs } = this.#parts;
    const { tenantId, endpointId, group } = parseName(name);
    const endpoint = (await endpoints.get(tenantId, endpointId))?.value;
    if (endpoint === undefined) {
      await deliveries.forget(endpointId);
      return { kind: 'done' };
    }
    const lock = await deliveries.lock(endpointId, group, { nowMs: nowMs(), forMs: JOB_MS_MAX });
    if (lock.kind === 'wait') return { kind: 'again', atMs: lock.untilMs };
    return await this.#tellGroup(endpoint, group, lock.pause.tries);
  }

  async #tellGroup(endpoint: WebhookEndpoint, group: string, triesBefore: number): Promise<JobOutcome> {
    const { deliveries, nowMs } = this.#parts;
    const { endpointId } = endpoint;
    const untilMs = nowMs() + TELLING_MS_MAX;
    let tries = triesBefore;
    while (nowMs() < untilMs) {
      const pending = await deliveries.first(endpointId, group);
      if (pending === undefined) {
        await deliveries.unlock(endpointId, group);
        // What was added meanwhile has seen the lock, and waits for its end.
        const isMore = (await deliveries.first(endpointId, group)) !== undefined;
        return isMore ? { kind: 'again', atMs: nowMs() } : { kind: 'done' };
      }
      if ((await this.#tellFirst(endpoint, pending)) === 'pending') {
        tries += 1;
        const atMs = nowMs() + retryDelayMs(tries, Math.random());
        await deliveries.unlock(endpointId, group, { tries, untilMs: atMs });
        return { kind: 'again', atMs };
      }
      tries = 0;
    }
    await deliveries.unlock(endpointId, group, { tries: 0, untilMs: 0 });
    return { kind: 'again', atMs: nowMs() };
  }

  async #tellFirst(endpoint: WebhookEndpoint, pending: KeptDelivery) {
    const { deliveries, log } = this.#parts;
    const { endpointId } = endpoint;
    const lastTry = await this.#try(endpoint, pending.value);
    const delivery: Delivery = { ...pending.value, tries: pending.value.tries + 1, lastTry };
    const state = endpoint.isDisabled ? 'dead' : stateAfter(delivery, lastTry);
    const facts = { endpointId, messageId: delivery.messageId, fault: lastTry.fault };
    if (state === 'pending') {
      log.info(facts, 'a webhook was not taken, and will be sent again');
      await deliveries.tried(pending, delivery);
      return state;
    }
    if (state === 'dead') log.warn(facts, 'a webhook is given up');
    await deliveries.settle(endpointId, delivery, state);
    await deliveries.drop(pending);
    return state;
  }

  async #try(endpoint: WebhookEndpoint, delivery: Delivery): Promise<DeliveryTry> {
    const { sender, nowMs } = this.#parts;
    if (endpoint.isDisabled) return { atMs: nowMs(), status: null, fault: 'It is disabled.' };
    return await sender.send(endpoint, delivery);
  }
}

interface GroupName {
  readonly tenantId: TenantId;
  readonly endpointId: WebhookEndpointId;
  readonly group: string;
}

function wants({ events, isDisabled }: WebhookEndpoint, { payload }: WebhookEvent): boolean {
  return !isDisabled && (events === null || events.includes(payload.type));
}

function nameOf({ tenantId, endpointId, group }: GroupName): string {
  return `${tenantId}/${endpointId}/${group}`;
}

function parseName(name: string): GroupName {
  const [tenantId, endpointId, group = ''] = name.split('/');
  return { tenantId: TenantId.parse(tenantId), endpointId: WebhookEndpointId.parse(endpointId), group };
}

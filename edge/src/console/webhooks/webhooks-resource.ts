import { type Delivery, DeliveryPage, type WebhookEndpoint, WebhookEndpointList } from '../api/webhook.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { api } from '../session/session.ts';

const ENDPOINTS_EVERY_MS = 15_000;
/** What waits is tried again after five seconds at first. */
const DELIVERIES_EVERY_MS = 4_000;
const PAGE = 30;

/** All endpoints of whoever is signed in. There is one list: the key says nothing. */
export const endpointsKind = new ResourceKind<readonly WebhookEndpoint[]>(async (_key, signal) => {
  return (await api.get('/webhook-endpoints', WebhookEndpointList, { signal })).value.webhookEndpoints;
}, ENDPOINTS_EVERY_MS);

export interface ShownDeliveries {
  readonly deliveries: readonly Delivery[];
  readonly hasMore: boolean;
}

/** `{endpointId} {state}`: what an endpoint is told, was told, or could not be told. */
export const deliveriesKind = new ResourceKind<ShownDeliveries>(async (key, signal) => {
  const [endpointId, state] = key.split(' ');
  const path = `/webhook-endpoints/${endpointId}/deliveries?state=${state}&limit=${PAGE}`;
  const { value } = await api.get(path, DeliveryPage, { signal });
  return { deliveries: value.deliveries, hasMore: value.next !== null };
}, DELIVERIES_EVERY_MS);

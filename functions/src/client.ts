import { hc } from 'hono/client';
import type { createApp } from './app.ts';

/** The control API, as its client knows it. */
export type ControlApi = ReturnType<typeof createApp>;

/** What a client of the control API can be told beyond where it is and who calls. */
export interface ControlClientOptions {
  /** For the operator only: the tenant that it calls for. Absent: `default`. */
  readonly tenantId?: string;
  /** Sends the requests; the runtime's own, if absent. */
  readonly fetch?: typeof fetch;
}

/**
 * A client of the control API, typed by the API's routes: `await client.channels[':channelId'].$get({ param })`. An answer
 * is a Response whose `status` says of which type `json()` is.
 */
export function controlClient(baseUrl: string, apiToken: string, options: ControlClientOptions = {}) {
  const { tenantId, fetch: send } = options;
  const headers = { authorization: `Bearer ${apiToken}`, ...(tenantId !== undefined && { 'sluice-tenant': tenantId }) };
  return hc<ControlApi>(baseUrl, { headers, ...(send !== undefined && { fetch: send }) }).v1;
}
export type ControlClient = ReturnType<typeof controlClient>;

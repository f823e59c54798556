import { z } from 'zod';
import type { StandInAccount } from './stand-in-account.ts';
import { jsonBody, StandInRefusal, type StandInRequest, type StandInRoute } from './stand-in-request.ts';

const SCRIPT = '/accounts/:account/workers/scripts/:name';
const Origin = z.strictObject({ hostname: z.string() });

/** What wrangler 4.164 asks besides, when it deploys: read out of its code, and not all of it documented. */
export function wranglerRoutes(account: StandInAccount): StandInRoute[] {
  const permission = 'workers-scripts';
  const worker = ({ values }: StandInRequest) => {
    const kept = account.workers.get(values.name ?? '');
    if (kept === undefined) throw new StandInRefusal(404, 10_007, 'This Worker does not exist on your account.');
    return kept;
  };
  return [
    {
      method: 'GET',
      path: `${SCRIPT}/secrets`,
      permission,
      answer: (request) => {
        const secrets = worker(request).metadata.bindings.filter(({ type }) => type === 'secret_text');
        return secrets.map(({ name, type }) => ({ name, type }));
      },
    },
    {
      method: 'GET',
      path: `${SCRIPT}/deployments`,
      permission,
      answer: (request) => worker(request) && { deployments: [] },
    },
    {
      method: 'GET',
      path: `${SCRIPT}/settings`,
      permission,
      answer: (request) => ({ bindings: worker(request).metadata.bindings }),
    },
    {
      method: 'GET',
      path: '/accounts/:account/workers/workers/:name',
      permission,
      answer: (request) => {
        return {
          name: request.values.name,
          subdomain: { enabled: worker(request).isOnSubdomain, previews_enabled: false },
        };
      },
    },
    {
      method: 'POST',
      path: `${SCRIPT}/domains/changeset`,
      permission,
      query: z.strictObject({ replace_state: z.literal('true') }),
      answer: (request) => {
        jsonBody(request, z.array(Origin));
        return { added: [], removed: [], updated: [], conflicting: [] };
      },
    },
    {
      method: 'PUT',
      path: `${SCRIPT}/domains/records`,
      permission,
      answer: (request) => {
        const schema = z.strictObject({
          override_scope: z.boolean(),
          override_existing_origin: z.boolean(),
          override_existing_dns_record: z.boolean(),
          origins: z.array(Origin),
        });
        const { origins } = jsonBody(request, schema);
        const service = request.values.name ?? '';
        for (const { hostname } of origins) account.workerDomains.push({ id: account.newId(), hostname, service });
        return {};
      },
    },
  ];
}

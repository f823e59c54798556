import { z } from 'zod';
import type { KeptWorker, StandInAccount } from './stand-in-account.ts';
import {
  jsonBody,
  StandInRefusal,
  type StandInRequest,
  type StandInRoute,
  StandInViolation,
} from './stand-in-request.ts';
import { UploadedMetadata } from './worker-metadata.ts';

const SCRIPT = '/accounts/:account/workers/scripts/:name';
const UPLOAD_QUERY = z.strictObject({ excludeScript: z.literal('true'), bindings_inherit: z.literal('strict') });
const Subdomain = z.strictObject({ enabled: z.boolean(), previews_enabled: z.boolean().optional() });
const Schedules = z.array(z.strictObject({ cron: z.string().regex(/^(\S+ ){4}\S+$/) }));
const DomainQuery = z.strictObject({ hostname: z.string().optional(), service: z.string().optional() });

/** Workers, their domains and schedules. */
export function workerRoutes(account: StandInAccount): StandInRoute[] {
  const permission = 'workers-scripts';
  const worker = ({ values }: StandInRequest) => found(account, values.name);
  return [
    {
      method: 'GET',
      path: '/accounts/:account/workers/services/:name',
      permission,
      answer: (request) => {
        const { tags, migrationTag } = found(account, request.values.name, 10_090);
        const script = {
          id: request.values.name,
          tags,
          ...(migrationTag !== undefined && { migration_tag: migrationTag }),
        };
        return { id: request.values.name, default_environment: { environment: 'production', script } };
      },
    },
    {
      method: 'PUT',
      path: SCRIPT,
      permission,
      query: UPLOAD_QUERY,
      answer: (request) => upload(account, request),
    },
    {
      method: 'DELETE',
      path: SCRIPT,
      permission,
      query: z.strictObject({ force: z.literal('true') }),
      answer: (request) => {
        worker(request);
        account.workers.delete(request.values.name ?? '');
        return null;
      },
    },
    {
      method: 'POST',
      path: `${SCRIPT}/subdomain`,
      permission,
      answer: (request) => {
        const { enabled, previews_enabled } = jsonBody(request, Subdomain);
        worker(request).isOnSubdomain = enabled;
        return { enabled, previews_enabled };
      },
    },
    {
      method: 'GET',
      path: `${SCRIPT}/schedules`,
      permission,
      answer: (request) => ({ schedules: worker(request).crons.map((cron) => ({ cron })) }),
    },
    {
      method: 'PUT',
      path: `${SCRIPT}/schedules`,
      permission,
      answer: (request) => {
        const crons = jsonBody(request, Schedules);
        worker(request).crons = crons.map(({ cron }) => cron);
        return { schedules: crons };
      },
    },
    ...domainRoutes(account),
  ];
}

function domainRoutes(account: StandInAccount): StandInRoute[] {
  const path = '/accounts/:account/workers/domains';
  const permission = 'workers-scripts';
  const wanted = z.strictObject({ hostname: z.string(), service: z.string(), zone_id: z.literal(account.zone.id) });
  return [
    {
      method: 'GET',
      path,
      permission,
      query: DomainQuery,
      answer: ({ query: { hostname, service } }) => {
        const domains = account.workerDomains.filter((each) => {
          return each.hostname === (hostname ?? each.hostname) && each.service === (service ?? each.service);
        });
        return domains.map((domain) => ({ ...domain, zone_id: account.zone.id, zone_name: account.zone.name }));
      },
    },
    {
      method: 'PUT',
      path,
      permission,
      answer: (request) => {
        const { hostname, service } = jsonBody(request, wanted);
        found(account, service);
        if (account.records.some(({ name }) => name === hostname)) {
          throw new StandInRefusal(409, 100_117, `Hostname '${hostname}' already has externally managed DNS records`);
        }
        const kept = account.workerDomains.find((domain) => domain.hostname === hostname);
        if (kept !== undefined) kept.service = service;
        else account.workerDomains.push({ id: account.newId(), hostname, service });
        return account.workerDomains.find((domain) => domain.hostname === hostname);
      },
    },
    {
      method: 'DELETE',
      path: `${path}/:id`,
      permission,
      answer: ({ values }) => {
        const at = account.workerDomains.findIndex(({ id }) => id === values.id);
        if (at === -1) throw new StandInRefusal(404, 100_114, 'domain not found');
        account.workerDomains.splice(at, 1);
        return null;
      },
    },
  ];
}

function found(account: StandInAccount, name: string | undefined, code = 10_007): KeptWorker {
  const worker = account.workers.get(name ?? '');
  if (worker === undefined) throw new StandInRefusal(404, code, 'This Worker does not exist on your account.');
  return worker;
}

async function upload(account: StandInAccount, request: StandInRequest): Promise<unknown> {
  const name = request.values.name ?? '';
  const before = account.workers.get(name);
  const { metadata, code } = await readUpload(request);
  const classes = migrated(before, metadata, code);
  assertBindings(account, metadata, classes);
  const kept = before?.metadata.bindings.filter(({ type, name }) => {
    return (
      metadata.keep_bindings?.some((each) => each === type) && !metadata.bindings.some((each) => each.name === name)
    );
  });
  account.workers.set(name, {
    metadata: { ...metadata, bindings: [...metadata.bindings, ...(kept ?? [])] },
    code,
    tags: metadata.tags ?? before?.tags ?? [],
    migrationTag: metadata.migrations?.new_tag ?? before?.migrationTag,
    classes,
    // A new Worker is there at once: who does not want it must say so.
    isOnSubdomain: before?.isOnSubdomain ?? true,
    crons: before?.crons ?? [],
  });
  return { id: name, etag: 'etag', deployment_id: account.newId(), startup_time_ms: 12 };
}

async function readUpload({ headers, body }: StandInRequest) {
  const contentType = headers.get('content-type') ?? '';
  if (!contentType.startsWith('multipart/form-data; boundary='))
    throw new StandInViolation('a Worker is sent as a form');
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  const parts = [...form.keys()];
  const text = form.get('metadata');
  if (typeof text !== 'string') throw new StandInViolation('an upload has its metadata as text');
  const metadata = UploadedMetadata.safeParse(JSON.parse(text));
  if (!metadata.success) throw new StandInViolation(z.prettifyError(metadata.error));
  const main = form.get(metadata.data.main_module);
  if (!(main instanceof File) || parts.length !== 2) throw new StandInViolation(`an upload has one module: ${parts}`);
  if (main.type !== 'application/javascript+module') throw new StandInViolation(`a module is not of type ${main.type}`);
  return { metadata: metadata.data, code: await main.text() };
}

/** developers.cloudflare.com/durable-objects/reference/durable-objects-migrations; throws StandInRefusal. */
function migrated(before: KeptWorker | undefined, { migrations }: UploadedMetadata, code: string): Set<string> {
  const classes = new Set(before?.classes);
  if (migrations !== undefined && migrations.old_tag !== before?.migrationTag) {
    throw new StandInRefusal(412, 10_079, `Migration tag precondition failed; current tag is ${before?.migrationTag}`);
  }
  for (const { new_sqlite_classes = [], renamed_classes = [], deleted_classes = [] } of migrations?.steps ?? []) {
    for (const name of new_sqlite_classes) {
      if (classes.has(name))
        throw new StandInRefusal(400, 10_074, `Cannot apply new-sqlite-class migration to ${name}`);
      classes.add(name);
    }
    for (const { from, to } of renamed_classes) if (classes.delete(from)) classes.add(to);
    for (const name of deleted_classes) classes.delete(name);
  }
  for (const name of classes) {
    if (new RegExp(`\\b${name}\\b`).test(code)) continue;
    throw new StandInRefusal(
      400,
      10_064,
      `New version of script does not export class '${name}' which is depended on by existing Durable Objects`,
    );
  }
  return classes;
}

function assertBindings(account: StandInAccount, { bindings }: UploadedMetadata, classes: ReadonlySet<string>): void {
  if (new Set(bindings.map(({ name }) => name)).size < bindings.length)
    throw new StandInViolation('a binding comes twice');
  for (const binding of bindings) {
    if (binding.type === 'durable_object_namespace' && !classes.has(binding.class_name)) {
      throw new StandInRefusal(400, 10_061, `Cannot create binding for class '${binding.class_name}'`);
    }
    if (binding.type !== 'r2_bucket') continue;
    if (account.buckets.has(`${binding.jurisdiction ?? 'default'}/${binding.bucket_name}`)) continue;
    throw new StandInRefusal(400, 10_085, `R2 bucket '${binding.bucket_name}' not found`);
  }
}

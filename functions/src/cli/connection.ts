import { join } from 'node:path';
import { type ControlClient, controlClient } from '../client.ts';
import { TenantId } from '../tenants/tenant.ts';
import { carefulFetch } from './careful-fetch.ts';
import type { GlobalOptions } from './command-line.ts';
import { Failure } from './failure.ts';
import { UsageError } from './usage-error.ts';
import type { CliWorld } from './world.ts';

const URL_DEFAULT = 'http://127.0.0.1:8081';
const DATA_DIRECTORY_DEFAULT = '.sluice';
/** Where local mode keeps the operator's token (local/src/admin-token.ts). */
const ADMIN_TOKEN_FILE = 'admin-token';
/** What a header may hold: an error about one that cannot be sent would show it. */
const TOKEN = /^[!-~]+$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Where the control API is, and how to call it. */
export interface Connection {
  readonly url: string;
  readonly connect: () => Promise<ControlClient>;
}

/** Of this machine: nobody else can listen there. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}

/** Throws a UsageError where the address is none; `connect` a Failure where there is no token. */
export function connectionOf(world: CliWorld, global: GlobalOptions): Connection {
  const { env } = world;
  const text = global.url ?? (env.SLUICE_URL || URL_DEFAULT);
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new UsageError('--url (or SLUICE_URL) is an address such as https://control.example.com.');
  }
  const origin = url.href.replace(/\/+$/, '');
  if (global.token !== undefined) {
    world.stderr.write('Warning: a token on the command line shows in process lists. SLUICE_TOKEN does not.\n');
  }
  const tenantId = tenantOf(global.tenantId ?? (env.SLUICE_TENANT || undefined));
  return {
    url: origin,
    connect: async () => {
      const token = await tokenOf(world, global, url);
      return controlClient(origin, token, {
        fetch: carefulFetch(world.fetch),
        ...(tenantId !== undefined && { tenantId }),
      });
    },
  };
}

/** Throws a UsageError where it is no tenant's id. */
function tenantOf(text: string | undefined): TenantId | undefined {
  if (text === undefined) return undefined;
  const tenantId = TenantId.safeParse(text);
  if (tenantId.success) return tenantId.data;
  throw new UsageError(`--tenant (or SLUICE_TENANT) is wrong: ${tenantId.error.issues[0]?.message ?? 'it is no id'}.`);
}

async function tokenOf(world: CliWorld, global: GlobalOptions, url: URL): Promise<string> {
  const given = global.token ?? (global.dataDirectory === undefined ? world.env.SLUICE_TOKEN : undefined);
  if (given) {
    if (!TOKEN.test(given)) throw new UsageError('The token has blanks or other characters that no token has.');
    if (url.protocol === 'http:' && !isLoopback(url)) {
      world.stderr.write(`Warning: ${url.host} is asked without TLS, so whoever is between can read the token.\n`);
    }
    return given;
  }
  const directory = global.dataDirectory ?? DATA_DIRECTORY_DEFAULT;
  // The operator's token of this machine is nobody else's business.
  if (!isLoopback(url)) {
    throw new Failure('no-token', `There is no token for ${url.host}.`, {
      advice: 'Set SLUICE_TOKEN to an API token.',
    });
  }
  const path = join(directory, ADMIN_TOKEN_FILE);
  const kept = (await world.readText(path).catch(() => '')).trim();
  if (TOKEN.test(kept)) return kept;
  const why = kept === '' ? 'is not there' : 'has blanks or other characters that no token has';
  throw new Failure('no-token', `There is no token: ${path} ${why}.`, {
    advice: 'Set SLUICE_TOKEN to an API token, or name the data directory of a system on this machine with --data DIR.',
  });
}

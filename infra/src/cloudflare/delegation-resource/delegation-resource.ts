import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { CloudflareApi, type CloudflareApiOptions } from '../api/cloudflare-api.ts';
import { type DnsRecord, ZoneApi } from '../api/zone-api.ts';
import type { Asked, CustomResource, Log } from '../custom-resource/custom-resource.ts';
import { DeploymentSecrets } from '../custom-resource/deployment-secrets.ts';
import { findZoneId } from '../custom-resource/find-zone.ts';
import { Refusal } from '../custom-resource/refusal.ts';
import { isStackMark, stackName } from '../custom-resource/stack-mark.ts';
import { assertZoneUsable } from '../custom-resource/zone-check.ts';
import { DelegationProperties } from './delegation-properties.ts';

export interface DelegationResourceWorld {
  readonly secrets: SecretsManager;
  readonly log: Log;
  /** All but the token. */
  readonly api?: Omit<CloudflareApiOptions, 'token'>;
}

/** Short enough that a moved hosted zone is found within minutes; resolvers ask seldom enough for it to cost nothing. */
const TTL_S = 300;
/** developers.cloudflare.com/dns/manage-dns-records/reference/record-attributes: on plans that are free. */
const COMMENT_CHARS_MAX = 100;

/**
 * Names of a zone in Cloudflare that other name servers answer for: their NS records. Ours are known by their comment;
 * where others are, nothing is written.
 */
export function delegationResource({
  secrets,
  log,
  api,
}: DelegationResourceWorld): CustomResource<DelegationProperties> {
  const deploymentSecrets = new DeploymentSecrets(secrets);
  return {
    properties: DelegationProperties,
    identity: ({ AccountId, ZoneId, Domain }) => [AccountId, ZoneId ?? Domain],
    openApi: async ({ ApiTokenSecretArn }) => {
      return new CloudflareApi({ ...api, token: await deploymentSecrets.apiToken(ApiTokenSecretArn) });
    },
    apply: async (asked) => {
      const zone = await zoneOf(asked);
      await assertNamesFree(zone, asked);
      await asked.api.converge(() => ensureRecords(zone, asked));
      await removeRecords(zone, asked.mark, (record) => !isWanted(record, asked.properties));
      if (asked.properties.TakesOver) await removeTakenRecords(zone, asked);
      return {};
    },
    remove: async (asked) => removeRecords(await zoneOf(asked), asked.mark, () => true),
    log,
  };
}

async function zoneOf({ api, properties }: Asked<DelegationProperties>): Promise<ZoneApi> {
  const { AccountId, Domain, ZoneId } = properties;
  return new ZoneApi(api, ZoneId ?? (await findZoneId(api, AccountId, Domain)));
}

/** Throws Refusal, before anything is written. */
async function assertNamesFree(zone: ZoneApi, { properties, mark }: Asked<DelegationProperties>): Promise<void> {
  const told = await zone.zone();
  assertZoneUsable(told, properties.AccountId);
  const { name: zoneName } = told;
  for (const { Name: name } of properties.Delegations) {
    if (!name.endsWith(`.${zoneName}`)) throw new Refusal(`${name} is no name below the zone ${zoneName}`);
    const others = (await zone.dnsRecords({ 'name.exact': name })).filter((record) => !isOurs(record, mark));
    const kept = others.find((record) => !properties.TakesOver || !isOfAnotherStack(record, mark));
    if (kept !== undefined) throw new Refusal(refusalOf(kept, mark));
  }
}

function refusalOf(record: DnsRecord, mark: string): string {
  const { name, type } = record;
  if (!isOfAnotherStack(record, mark)) {
    return `${name} has a ${type} record that this stack did not make. Remove it, or name another.`;
  }
  return `${name} has a ${type} record that another stack of Sluice made (${record.comment}). Delete that stack, name another, or take over: docs/CLOUDFLARE.md, "Another stack takes over".`;
}

async function ensureRecords(zone: ZoneApi, { properties, mark, event }: Asked<DelegationProperties>): Promise<void> {
  const comment = `${mark} ${stackName(event.StackId)}`.slice(0, COMMENT_CHARS_MAX);
  for (const { Name: name, NameServers: nameServers } of properties.Delegations) {
    const found = await zone.dnsRecords({ 'name.exact': name });
    for (const nameServer of nameServers) {
      const same = found.find((record) => isNsRecord(record, nameServer));
      const wanted = { name, nameServer, ttlS: TTL_S, comment };
      if (same === undefined) await zone.addNsRecord(wanted);
      // Route 53 may give two zones the same server, and there cannot be two records of it.
      else if (properties.TakesOver && isOfAnotherStack(same, mark)) await zone.setNsRecord(same.id, wanted);
    }
  }
}

async function removeRecords(zone: ZoneApi, mark: string, isGone: (record: DnsRecord) => boolean): Promise<void> {
  const ours = await zone.dnsRecords({ 'comment.contains': mark });
  for (const record of ours) if (isOurs(record, mark) && isGone(record)) await zone.removeDnsRecord(record.id);
}

/** Those of our names that another stack made: ours are there. */
async function removeTakenRecords(zone: ZoneApi, { properties, mark }: Asked<DelegationProperties>): Promise<void> {
  for (const { Name: name } of properties.Delegations) {
    for (const record of await zone.dnsRecords({ 'name.exact': name })) {
      if (isOfAnotherStack(record, mark)) await zone.removeDnsRecord(record.id);
    }
  }
}

function isWanted(record: DnsRecord, { Delegations }: DelegationProperties): boolean {
  const wanted = Delegations.find(({ Name }) => Name === record.name);
  return wanted?.NameServers.some((nameServer) => isNsRecord(record, nameServer)) === true;
}

function isNsRecord({ type, content }: DnsRecord, nameServer: string): boolean {
  return type === 'NS' && content === nameServer;
}

function isOurs({ comment }: DnsRecord, mark: string): boolean {
  return comment?.startsWith(`${mark} `) === true;
}

function isOfAnotherStack({ type, comment }: DnsRecord, mark: string): boolean {
  const [first = ''] = comment?.split(' ') ?? [];
  return type === 'NS' && isStackMark(first) && first !== mark;
}

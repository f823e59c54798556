import type { CloudflareApi } from '../api/cloudflare-api.ts';
import { R2BucketApi } from '../api/r2-api.ts';
import { RULE_PHASES, type RulePhase, RulesetsApi } from '../api/rulesets-api.ts';
import { Refusal } from '../custom-resource/refusal.ts';
import type { EdgeProperties, R2Storage, ZonedEdgeProperties } from './edge-properties.ts';
import { EXPRESSION_CHARS_MAX, markOfRule, mediaCorsRule, mediaRules, ruleRefPrefix } from './media-rules.ts';

/** In this order: what must not be seen is refused before the domain shows anything. */
const PHASES = ['http_request_firewall_custom', 'http_request_cache_settings'] as const satisfies readonly RulePhase[];
/** A certificate takes one to three minutes as a rule. */
const ACTIVE_DELAY_MS = 10_000;
const ACTIVE_ATTEMPTS_MAX = 48;

export interface MediaDomainOptions {
  readonly api: CloudflareApi;
  readonly properties: ZonedEdgeProperties;
  readonly mark: string;
}

export function bucketApi(api: CloudflareApi, properties: EdgeProperties, storage: R2Storage): R2BucketApi {
  const { BucketName: name, Jurisdiction: jurisdiction } = storage;
  return new R2BucketApi(api, { accountId: properties.AccountId, name, jurisdiction });
}

/** The bucket's own domain: first its rules, then itself, and resolves when viewers can be sent there. */
export async function ensureMediaDomain(
  { api, properties, mark }: MediaDomainOptions,
  storage: R2Storage,
  domain: string,
): Promise<void> {
  const bucket = bucketApi(api, properties, storage);
  const rulesets = new RulesetsApi(api, properties.ZoneId);
  const rules = mediaRules(domain, mark);
  for (const phase of PHASES) {
    if (rules[phase].expression.length > EXPRESSION_CHARS_MAX) throw new Refusal(`The name ${domain} is too long`);
    await api.converge(() => ensureRule(rulesets, phase, rules[phase]));
  }
  await api.converge(() => ensureCorsRule(bucket, mark));
  await api.converge(async () => {
    if ((await bucket.customDomain(domain)) === undefined) await bucket.addCustomDomain(domain, properties.ZoneId);
  });
  await untilActive(api, bucket, domain);
}

/** Those of one domain, or of all that we ever had: a deployment that broke off may have left some. */
export async function removeMediaRules({ api, properties, mark }: MediaDomainOptions, domain?: string): Promise<void> {
  const rulesets = new RulesetsApi(api, properties.ZoneId);
  const prefix = ruleRefPrefix(mark, domain);
  for (const phase of PHASES) {
    const ruleset = await rulesets.entryPoint(phase);
    const ours = ruleset?.rules.filter(({ ref }) => ref?.startsWith(prefix)) ?? [];
    for (const { id } of ours) await rulesets.removeRule(phase, ruleset?.id ?? '', id);
  }
}

/**
 * The domain leads to the bucket no longer, unless another stack has taken it over: then a rule of that one keeps private
 * broadcasts from it.
 */
export async function removeMediaDomain(
  options: MediaDomainOptions,
  storage: R2Storage,
  domain: string,
): Promise<void> {
  const bucket = bucketApi(options.api, options.properties, storage);
  if ((await bucket.customDomain(domain)) === undefined) return;
  if ((await othersOf(options, domain, ['http_request_firewall_custom'])).size > 0) return;
  await bucket.removeCustomDomain(domain);
}

/**
 * What other stacks left for a media domain that is ours now, and whose rules of ours are there. Their rules go last: by
 * them it is known what else there is.
 */
export async function removeOthersMedia(
  options: MediaDomainOptions,
  storage: R2Storage,
  domain: string,
): Promise<void> {
  for (const mark of await othersOf(options, domain, PHASES)) {
    const theirs = { ...options, mark };
    await removeCorsRule(theirs, storage);
    await removeMediaRules(theirs, domain);
  }
}

/** The marks of other stacks that have a rule for the domain in one of these phases. */
async function othersOf(
  { api, properties, mark }: MediaDomainOptions,
  domain: string,
  phases: readonly RulePhase[],
): Promise<ReadonlySet<string>> {
  const rulesets = new RulesetsApi(api, properties.ZoneId);
  const others = new Set<string>();
  for (const phase of phases) {
    for (const { ref } of (await rulesets.entryPoint(phase))?.rules ?? []) {
      const found = markOfRule(ref, domain);
      if (found !== undefined && found !== mark) others.add(found);
    }
  }
  return others;
}

/** For a bucket that no longer has a domain of ours. */
export async function removeCorsRule({ api, properties, mark }: MediaDomainOptions, storage: R2Storage): Promise<void> {
  const bucket = bucketApi(api, properties, storage);
  const rules = await bucket.corsRules();
  const others = rules.filter(({ id }) => id !== mark);
  if (others.length < rules.length) await bucket.setCorsRules(others);
}

/** Whether the token may see the zone's rules: asked before anything is made. */
export async function lookAtRules({ api, properties }: MediaDomainOptions): Promise<void> {
  const rulesets = new RulesetsApi(api, properties.ZoneId);
  for (const phase of Object.keys(RULE_PHASES).filter(isPhase)) await rulesets.entryPoint(phase);
}

function isPhase(name: string): name is RulePhase {
  return name in RULE_PHASES;
}

async function ensureRule(
  rulesets: RulesetsApi,
  phase: RulePhase,
  rule: ReturnType<typeof mediaRules>[RulePhase],
): Promise<void> {
  const ruleset = await rulesets.entryPoint(phase);
  if (ruleset === undefined) return rulesets.createEntryPoint(phase, rule);
  const found = ruleset.rules.find(({ ref }) => ref === rule.ref);
  if (found === undefined) await rulesets.addRule(phase, ruleset.id, rule);
  else await rulesets.setRule(phase, ruleset.id, found.id, rule);
}

async function ensureCorsRule(bucket: R2BucketApi, mark: string): Promise<void> {
  const others = (await bucket.corsRules()).filter(({ id }) => id !== mark);
  await bucket.setCorsRules([...others, mediaCorsRule(mark)]);
}

async function untilActive(api: CloudflareApi, bucket: R2BucketApi, domain: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const found = await bucket.customDomain(domain);
    const { ownership, ssl } = found?.status ?? { ownership: 'unknown', ssl: 'unknown' };
    if (ownership === 'active' && ssl === 'active') return;
    if (attempt === ACTIVE_ATTEMPTS_MAX || ownership === 'blocked' || ownership === 'error' || ssl === 'error') {
      throw new Refusal(
        `The media domain ${domain} does not become active (ownership ${ownership}, certificate ${ssl}). Deploy again later, or without it.`,
      );
    }
    await api.sleep(ACTIVE_DELAY_MS);
  }
}

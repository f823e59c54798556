import { z } from 'zod';
import { type CloudflareApi, path } from './cloudflare-api.ts';
import type { Permission } from './permission.ts';

/** The phases in which we have a rule, and what a token must be allowed for each. */
export const RULE_PHASES = {
  http_request_cache_settings: 'cache-rules',
  http_request_firewall_custom: 'waf',
} as const satisfies Record<string, Permission>;
export type RulePhase = keyof typeof RULE_PHASES;

const FoundRule = z.looseObject({ id: z.string(), ref: z.string().optional() });
const FoundRuleset = z.looseObject({
  id: z.string(),
  rules: z
    .array(FoundRule)
    .nullish()
    .transform((rules) => rules ?? []),
});
export type FoundRuleset = z.infer<typeof FoundRuleset>;

export interface ZoneRule {
  /** Ours to choose: what a rule is found again by. */
  readonly ref: string;
  readonly description: string;
  readonly expression: string;
  readonly action: 'block' | 'set_cache_settings';
  readonly action_parameters?: Readonly<Record<string, unknown>>;
  readonly enabled: true;
}

/**
 * The rules of a zone, one by one: the entry point of a phase holds other people's rules too, so it is never written as a
 * whole. Everything throws CloudflareError.
 */
export class RulesetsApi {
  readonly #api: CloudflareApi;
  readonly #zoneId: string;

  constructor(api: CloudflareApi, zoneId: string) {
    this.#api = api;
    this.#zoneId = zoneId;
  }

  /** Absent: the zone has no rule in this phase, and never had one. */
  entryPoint(phase: RulePhase): Promise<FoundRuleset | undefined> {
    return this.#api.find({
      method: 'GET',
      path: `${this.#rulesets}/phases/${phase}/entrypoint`,
      permission: RULE_PHASES[phase],
      result: FoundRuleset,
    });
  }

  /** Where there is none. Refused where there is one, so that two who do this do not undo each other's. */
  async createEntryPoint(phase: RulePhase, rule: ZoneRule): Promise<void> {
    await this.#api.ask({
      method: 'POST',
      path: this.#rulesets,
      body: { name: 'default', kind: 'zone', phase, rules: [rule] },
      permission: RULE_PHASES[phase],
      result: z.unknown(),
    });
  }

  async addRule(phase: RulePhase, rulesetId: string, rule: ZoneRule): Promise<void> {
    await this.#api.ask({
      method: 'POST',
      path: this.#rules(rulesetId),
      body: rule,
      permission: RULE_PHASES[phase],
      result: z.unknown(),
    });
  }

  async setRule(phase: RulePhase, rulesetId: string, ruleId: string, rule: ZoneRule): Promise<void> {
    await this.#api.ask({
      method: 'PATCH',
      path: `${this.#rules(rulesetId)}/${encodeURIComponent(ruleId)}`,
      body: rule,
      permission: RULE_PHASES[phase],
      result: z.unknown(),
      isRepeatable: true,
    });
  }

  async removeRule(phase: RulePhase, rulesetId: string, ruleId: string): Promise<void> {
    await this.#api.find({
      method: 'DELETE',
      path: `${this.#rules(rulesetId)}/${encodeURIComponent(ruleId)}`,
      permission: RULE_PHASES[phase],
      result: z.unknown(),
    });
  }

  get #rulesets(): string {
    return path`/zones/${this.#zoneId}/rulesets`;
  }

  #rules(rulesetId: string): string {
    return `${this.#rulesets}/${encodeURIComponent(rulesetId)}/rules`;
  }
}

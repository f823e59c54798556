import { z } from 'zod';
import type { Permission } from '../api/permission.ts';
import { RULE_PHASES } from '../api/rulesets-api.ts';
import type { StandInAccount } from './stand-in-account.ts';
import {
  jsonBody,
  PageQuery,
  page,
  StandInRefusal,
  type StandInRequest,
  type StandInRoute,
} from './stand-in-request.ts';

const ROUTES = '/zones/:zone/workers/routes';
const RECORDS = '/zones/:zone/dns_records';
const RULESETS = '/zones/:zone/rulesets';
/** developers.cloudflare.com/ruleset-engine/rules-language/expressions */
const EXPRESSION_CHARS_MAX = 4_096;
const COMMENT_CHARS_MAX = 100;

const Phase = z.enum(['http_request_cache_settings', 'http_request_firewall_custom']);
const RULE = {
  ref: z.string().min(1),
  description: z.string(),
  expression: z.string().min(1).max(EXPRESSION_CHARS_MAX),
  enabled: z.boolean(),
};
const Rule = z.discriminatedUnion('action', [
  z.strictObject({ ...RULE, action: z.literal('block') }),
  z.strictObject({
    ...RULE,
    action: z.literal('set_cache_settings'),
    action_parameters: z.strictObject({
      cache: z.boolean(),
      edge_ttl: z.strictObject({
        mode: z.literal('respect_origin'),
        status_code_ttl: z.array(z.strictObject({ status_code: z.int(), value: z.int() })),
      }),
    }),
  }),
]);
const NewRuleset = z.strictObject({
  name: z.string().min(1),
  kind: z.literal('zone'),
  phase: Phase,
  rules: z.array(Rule),
});
const NewRoute = z.strictObject({ pattern: z.string(), script: z.string() });
/** `name.exact`, `comment.contains`, and the pages. */
const RecordsQuery = z.strictObject({
  ...PageQuery,
  'name.exact': z.string().optional(),
  'comment.contains': z.string().optional(),
});

/** developers.cloudflare.com/api/resources/zones/methods/list; wrangler 4.164 asks by the same two. */
const ZonesQuery = z.strictObject({ ...PageQuery, name: z.string().min(3), 'account.id': z.string().length(32) });

/** The zone, its routes, its DNS and its rules. */
export function zoneRoutes(account: StandInAccount, denied: ReadonlySet<Permission>): StandInRoute[] {
  return [
    {
      method: 'GET',
      path: '/zones',
      permission: 'zone-read',
      query: ZonesQuery,
      answer: ({ query }) => {
        const named = zonesOf(account).filter(({ name }) => name === query.name);
        return page(
          named.filter((zone) => zone.account.id === query['account.id']),
          query,
        );
      },
    },
    { method: 'GET', path: '/zones/:zone', permission: 'zone-read', answer: () => zonesOf(account)[0] },
    { method: 'GET', path: ROUTES, permission: 'routes', answer: () => account.routes },
    {
      method: 'POST',
      path: ROUTES,
      permission: 'routes',
      answer: (request) => {
        const { pattern, script } = jsonBody(request, NewRoute);
        if (account.routes.some((route) => route.pattern === pattern)) {
          throw new StandInRefusal(409, 10_020, 'A route with the same pattern already exists.');
        }
        if (!account.workers.has(script)) throw new StandInRefusal(400, 10_007, 'script not found');
        account.routes.push({ id: account.newId(), pattern, script });
        return account.routes.at(-1);
      },
    },
    {
      method: 'DELETE',
      path: `${ROUTES}/:id`,
      permission: 'routes',
      answer: (request) => removed(account.routes, request, 10_009),
    },
    ...recordRoutes(account),
    ...ruleRoutes(account, denied),
  ];
}

/** As Cloudflare shows them, that of the tests first. */
function zonesOf({ accountId, zone, otherZones }: StandInAccount) {
  const others = otherZones.map((other) => ({ ...other, status: 'active' }));
  return [{ ...zone, accountId }, ...others].map(({ accountId: id, ...each }) => ({ ...each, account: { id } }));
}

function recordRoutes(account: StandInAccount): StandInRoute[] {
  const newRecord = z.strictObject({
    type: z.literal('NS'),
    name: z.string().endsWith(`.${account.zone.name}`),
    content: z.string().regex(/^[a-z0-9.-]+[a-z0-9]$/),
    ttl: z.int().min(60).max(86_400),
    comment: z.string().max(COMMENT_CHARS_MAX),
  });
  return [
    {
      method: 'GET',
      path: RECORDS,
      permission: 'dns',
      query: RecordsQuery,
      answer: ({ query }) => {
        const { 'name.exact': name, 'comment.contains': comment } = query;
        const records = account.records.filter((record) => {
          const isCommented = comment === undefined || record.comment?.includes(comment) === true;
          return isCommented && record.name === (name ?? record.name);
        });
        return page(records, query);
      },
    },
    {
      method: 'POST',
      path: RECORDS,
      permission: 'dns',
      answer: (request) => {
        const record = jsonBody(request, newRecord);
        if (account.records.some(({ name, content }) => name === record.name && content === record.content)) {
          throw new StandInRefusal(400, 81_058, 'An identical record already exists.');
        }
        account.records.push({ id: account.newId(), ...record });
        return account.records.at(-1);
      },
    },
    {
      method: 'PATCH',
      path: `${RECORDS}/:id`,
      permission: 'dns',
      answer: (request) => {
        const at = account.records.findIndex(({ id }) => id === request.values.id);
        if (at === -1) throw new StandInRefusal(404, 81_044, 'Record does not exist.');
        account.records[at] = { id: request.values.id ?? '', ...jsonBody(request, newRecord) };
        return account.records[at];
      },
    },
    {
      method: 'DELETE',
      path: `${RECORDS}/:id`,
      permission: 'dns',
      answer: (request) => removed(account.records, request, 81_044),
    },
  ];
}

function ruleRoutes(account: StandInAccount, denied: ReadonlySet<Permission>): StandInRoute[] {
  const ruleset = ({ values }: StandInRequest) => {
    const kept = [...account.rulesets.values()].find(({ id }) => id === values.ruleset);
    if (kept === undefined) throw new StandInRefusal(404, 20_116, 'ruleset not found');
    return kept;
  };
  return [
    {
      method: 'GET',
      path: `${RULESETS}/phases/:phase/entrypoint`,
      permission: 'any',
      answer: ({ values }) => {
        const phase = Phase.parse(values.phase);
        if (denied.has(RULE_PHASES[phase])) throw new StandInRefusal(403, 10_000, 'Authentication error');
        const kept = account.rulesets.get(phase);
        if (kept === undefined) throw new StandInRefusal(404, 10_003, 'could not find entrypoint ruleset in the phase');
        return kept;
      },
    },
    {
      method: 'POST',
      path: RULESETS,
      permission: 'any',
      answer: (request) => {
        const { phase, rules } = jsonBody(request, NewRuleset);
        if (account.rulesets.has(phase)) throw new StandInRefusal(400, 20_217, 'a zone ruleset with this phase exists');
        account.rulesets.set(phase, {
          id: account.newId(),
          rules: rules.map((rule) => ({ ...rule, id: account.newId() })),
        });
        return account.rulesets.get(phase);
      },
    },
    {
      method: 'POST',
      path: `${RULESETS}/:ruleset/rules`,
      permission: 'any',
      answer: (request) => {
        const { rules } = ruleset(request);
        const rule = jsonBody(request, Rule);
        if (rules.some(({ ref }) => ref === rule.ref)) throw new StandInRefusal(400, 20_001, 'duplicate ref');
        rules.push({ ...rule, id: account.newId() });
        return ruleset(request);
      },
    },
    {
      method: 'PATCH',
      path: `${RULESETS}/:ruleset/rules/:id`,
      permission: 'any',
      answer: (request) => {
        const { rules } = ruleset(request);
        const at = rules.findIndex(({ id }) => id === request.values.id);
        if (at === -1) throw new StandInRefusal(404, 20_003, 'rule not found');
        rules[at] = { ...jsonBody(request, Rule), id: request.values.id ?? '' };
        return ruleset(request);
      },
    },
    {
      method: 'DELETE',
      path: `${RULESETS}/:ruleset/rules/:id`,
      permission: 'any',
      answer: (request) => {
        removed(ruleset(request).rules, request, 20_003);
        return ruleset(request);
      },
    },
  ];
}

function removed(kept: { readonly id: string }[], { values }: StandInRequest, code: number): unknown {
  const at = kept.findIndex(({ id }) => id === values.id);
  if (at === -1) throw new StandInRefusal(404, code, 'not found');
  kept.splice(at, 1);
  return { id: values.id };
}

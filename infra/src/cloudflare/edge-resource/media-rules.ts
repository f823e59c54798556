import { createHash } from 'node:crypto';
import type { CorsRule } from '../api/r2-api.ts';
import type { RulePhase, ZoneRule } from '../api/rulesets-api.ts';
import { isStackMark } from '../custom-resource/stack-mark.ts';

/** By contracts/src/ids.ts: the shortest and the longest that a channel's id can be. */
const CHANNEL_ID_CHARS_MIN = 2;
const CHANNEL_ID_CHARS_MAX = 63;
/** By contracts/src/playback-privacy.ts: `/`, the nine digits of a broadcast's time, and then `o` or `p`. */
const CHARS_TO_PRIVACY = 11;
/** developers.cloudflare.com/ruleset-engine/rules-language/expressions */
export const EXPRESSION_CHARS_MAX = 4_096;
const DOMAIN_HASH_HEX_CHARS = 8;
const CORS_MAX_AGE_S = 86_400;

/** The rule of ours in each phase of the zone, for the bucket's own domain. */
export function mediaRules(mediaDomain: string, mark: string): Readonly<Record<RulePhase, ZoneRule>> {
  return {
    http_request_firewall_custom: {
      ref: `${ruleRefPrefix(mark, mediaDomain)}private`,
      description: `Sluice: open broadcasts alone from ${mediaDomain} (${mark})`,
      // None of our names needs `%`; behind it a letter of one could hide.
      expression: `http.host eq "${mediaDomain}" and (http.request.uri.path contains "%" or not (${openBroadcasts()}))`,
      action: 'block',
      enabled: true,
    },
    http_request_cache_settings: {
      ref: `${ruleRefPrefix(mark, mediaDomain)}cache`,
      description: `Sluice: media of ${mediaDomain} (${mark})`,
      expression: `http.host eq "${mediaDomain}"`,
      action: 'set_cache_settings',
      // `.m4s` is not among what is cached by itself. A part that is asked for too early must not be missing for minutes.
      action_parameters: {
        cache: true,
        edge_ttl: { mode: 'respect_origin', status_code_ttl: [{ status_code: 404, value: 0 }] },
      },
      enabled: true,
    },
  };
}

/**
 * What our rules are found again by: those of one domain, or all of them. Each domain has its own, so that while one takes
 * another's place neither shows what it must not.
 */
export function ruleRefPrefix(mark: string, mediaDomain?: string): string {
  if (mediaDomain === undefined) return `${mark}-media-`;
  const hash = createHash('sha256').update(mediaDomain).digest('hex').slice(0, DOMAIN_HASH_HEX_CHARS);
  return `${mark}-media-${hash}-`;
}

/** The mark of whose rule for this domain it is, be it ours or another stack's. `undefined`: it is not of Sluice, or for another one. */
export function markOfRule(ref: string | undefined, mediaDomain: string): string | undefined {
  const mark = ref?.slice(0, ref.indexOf('-media-')) ?? '';
  return isStackMark(mark) && ref?.startsWith(ruleRefPrefix(mark, mediaDomain)) ? mark : undefined;
}

/** What players ask across origins (docs/RUNBOOK.md, "A bucket's own domain"). */
export function mediaCorsRule(mark: string): CorsRule {
  return {
    id: mark,
    allowed: { origins: ['*'], methods: ['GET', 'HEAD'], headers: ['range'] },
    exposeHeaders: ['Content-Length', 'Content-Range'],
    maxAgeSeconds: CORS_MAX_AGE_S,
  };
}

/**
 * Whether a path is that of an open broadcast: `/{channelId}/0{8 of time}o…`. Cloudflare's plans below Business have no
 * regular expressions, and `split` is not for this phase, so each length that a channel's id can have is looked at. No
 * other part of our paths begins with `0` (contracts/src/object-keys.ts), and a broadcast's id does until the year 2059.
 * What does not match is refused.
 */
function openBroadcasts(): string {
  const alternatives: string[] = [];
  for (let chars = CHANNEL_ID_CHARS_MIN; chars <= CHANNEL_ID_CHARS_MAX; chars++) {
    const slashAt = 1 + chars;
    alternatives.push(`substring(http.request.uri.path,${slashAt},${slashAt + CHARS_TO_PRIVACY}) wildcard "/0*o"`);
  }
  return alternatives.join(' or ');
}

import { type Violation, ViolationList } from '../playlist-check/violation.ts';
import { checkGrammar } from './mpd-grammar.ts';
import { checkMpdRules } from './mpd-rules.ts';
import { type ParsedMpd, parseMpd } from './parsed-mpd.ts';
import { checkRecordedRules } from './recorded-mpd-rules.ts';
import { readXml } from './xml-reader.ts';

/**
 * A strict checker of MPDs, independent of the code that writes them: well-formed, as the schema wants them, and by the
 * rules B60 to B70 of docs/HLS-RULES.md.
 */
export { checkMpdSuccession } from './mpd-succession.ts';
export type { ParsedMpd } from './parsed-mpd.ts';

export interface MpdCheck {
  /** `undefined`: it is no MPD at all. */
  readonly mpd: ParsedMpd | undefined;
  readonly violations: readonly Violation[];
}

/** Reads an MPD and lists the rules that it breaks by itself; an empty list is a good one. */
export function checkMpd(text: string): MpdCheck {
  return checkBy(checkMpdRules, text);
}

/** The same of a recording's. */
export function checkRecordedMpd(text: string): MpdCheck {
  return checkBy(checkRecordedRules, text);
}

function checkBy(checkRules: (mpd: ParsedMpd, violations: ViolationList) => void, text: string): MpdCheck {
  const violations = new ViolationList();
  const root = readXml(text, violations);
  if (root?.name !== 'MPD') {
    violations.add('XSD', 1, 'no MPD');
    return { mpd: undefined, violations: violations.found };
  }
  checkGrammar(root, violations);
  const mpd = parseMpd(root);
  checkRules(mpd, violations);
  return { mpd, violations: violations.found };
}

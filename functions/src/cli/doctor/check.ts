import { Failure } from '../failure.ts';
import { NAME_FAULTS, reasonOf } from '../refused.ts';

export type Verdict = 'ok' | 'warn' | 'fail';

/** What was seen of one point. */
export interface Finding {
  /** One or two words: `DNS`, `certificate`. */
  readonly point: string;
  readonly verdict: Verdict;
  readonly says: string;
  /** What to do about it; where all is well there is nothing to do. */
  readonly advice?: string;
}

/** One look at a deployment from outside. */
export interface Check {
  /** What is looked at: a heading. */
  readonly about: string;
  readonly point: string;
  /** What to do where it cannot be looked at. */
  readonly advice: string;
  /** What it throws is a finding too. */
  readonly look: (signal: AbortSignal) => Promise<readonly Finding[]>;
}

/** What was looked at, and all that was seen of it. */
export interface Report {
  readonly about: string;
  readonly findings: readonly Finding[];
}

/** Long for a network, short for a person. */
export const CHECK_MS_MAX = 6_000;

/** The point at which a name is looked up. */
export const DNS = 'DNS';

/** Looks at everything at once; each check has its own time. */
export async function runChecks(checks: readonly Check[], timeoutMs = CHECK_MS_MAX): Promise<Report[]> {
  const found = await Promise.all(checks.map(async (check) => ({ check, findings: await runCheck(check, timeoutMs) })));
  const headings = [...new Set(checks.map(({ about }) => about))];
  return headings.map((about) => ({
    about,
    findings: found.flatMap(({ check, findings }) => (check.about === about ? findings : [])),
  }));
}

async function runCheck({ point, advice, look }: Check, timeoutMs: number): Promise<readonly Finding[]> {
  const over = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new DOMException('late', 'TimeoutError');
    late.reject(error);
    over.abort(error);
  }, timeoutMs);
  try {
    return await Promise.race([look(over.signal), late.promise]);
  } catch (error) {
    return [faultOf(error, point, advice)];
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

/** What it says that a point could not be looked at. */
function faultOf(error: unknown, point: string, advice: string): Finding {
  if (error instanceof Failure) {
    return { point, verdict: 'fail', says: error.message, advice: error.advice ?? advice };
  }
  const says = reasonOf(error);
  // What to do about a name stands where the name is looked at: a firewall has nothing to do with it.
  const isNamesFault = point !== DNS && NAME_FAULTS.has(says);
  return { point, verdict: 'fail', says, ...(!isNamesFault && { advice }) };
}

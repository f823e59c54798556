import type { Finding } from './check.ts';

/** Whether the Worker is of the version that this tool is of. `theirs`: what it says; `null`: nothing. */
export function judgeVersion(theirs: string | null, ours: string): Finding {
  if (theirs === ours) return { point: 'version', verdict: 'ok', says: `it is of this version, ${ours}` };
  const advice = `Deploy the Worker of version ${ours}, or run the sluice of the version that is deployed.`;
  const says = theirs === null ? 'it does not say which version it is of' : `it is of version ${theirs}, not ${ours}`;
  return { point: 'version', verdict: 'warn', says, advice };
}

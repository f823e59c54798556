import type { Finding } from './check.ts';

/** What a TLS connection says of the certificate of the other side. */
export interface SeenCertificate {
  readonly host: string;
  /** Until when it is good. */
  readonly validToMs: number;
  /** Node's code of what is wrong with it; `undefined`: nothing. */
  readonly fault: string | undefined;
  /** It is of this machine, where nobody vouches for anybody. */
  readonly isLocal: boolean;
}

const DAY_MS = 86_400_000;
/** Those who renew by themselves do so 30 days before: at this something is stuck. */
const DAYS_LEFT_MIN = 14;

const SELF_SIGNED = new Set(['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN']);
const CHAIN_INCOMPLETE = new Set(['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY']);

const RENEW = 'Renew it, and see why it was not.';

/** Whether encoders and browsers will take a certificate, and for how long. */
export function judgeCertificate(seen: SeenCertificate, nowMs: number): Finding {
  const point = 'certificate';
  const days = Math.floor((seen.validToMs - nowMs) / DAY_MS);
  if (days < 0) return { point, verdict: 'fail', says: `expired ${daysText(-days)} ago`, advice: RENEW };
  if (seen.fault !== undefined) return { point, ...judgeFault(seen.fault, seen) };
  if (days < DAYS_LEFT_MIN) return { point, verdict: 'warn', says: `good for ${daysText(days)} only`, advice: RENEW };
  return { point, verdict: 'ok', says: `good for ${daysText(days)}, for ${seen.host}` };
}

/** What is wrong with a certificate whose own time is not over. */
function judgeFault(fault: string, { host, isLocal }: SeenCertificate): Omit<Finding, 'point'> {
  if (fault === 'CERT_HAS_EXPIRED') {
    const advice = 'Serve the chain that its authority gives out now: the certificate is good, one behind it is not.';
    return { verdict: 'fail', says: 'a certificate of its chain has expired', advice };
  }
  if (fault === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const advice = `Have one made that names ${host}, or use the name that it has.`;
    return { verdict: 'fail', says: `is not for ${host}`, advice };
  }
  if (SELF_SIGNED.has(fault)) {
    const says = 'of its own making: nobody vouches for it';
    if (isLocal) return { verdict: 'ok', says };
    return { verdict: 'fail', says, advice: 'Use one of a certificate authority: encoders refuse this.' };
  }
  if (CHAIN_INCOMPLETE.has(fault)) {
    const advice = 'Serve the whole chain: the certificate and the intermediate ones behind it.';
    return { verdict: 'fail', says: 'the chain to its authority is incomplete', advice };
  }
  return { verdict: 'fail', says: fault, advice: 'Look at the certificate and its chain.' };
}

function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

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

/** Whether encoders and browsers will take a certificate, and for how long. */
export function judgeCertificate({ host, validToMs, fault, isLocal }: SeenCertificate, nowMs: number): Finding {
  const point = 'certificate';
  const days = Math.floor((validToMs - nowMs) / DAY_MS);
  if (fault === 'CERT_HAS_EXPIRED' || days < 0) {
    return {
      point,
      verdict: 'fail',
      says: `expired ${daysText(-days)} ago`,
      advice: 'Renew it, and see why it was not.',
    };
  }
  if (fault === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const advice = `Have one made that names ${host}, or use the name that it has.`;
    return { point, verdict: 'fail', says: `is not for ${host}`, advice };
  }
  if (fault !== undefined && SELF_SIGNED.has(fault)) {
    const verdict = isLocal ? 'ok' : 'fail';
    const says = 'of its own making: nobody vouches for it';
    return {
      point,
      verdict,
      says,
      ...(!isLocal && { advice: 'Use one of a certificate authority: encoders refuse this.' }),
    };
  }
  if (fault !== undefined && CHAIN_INCOMPLETE.has(fault)) {
    const advice = 'Serve the whole chain: the certificate and the intermediate ones behind it.';
    return { point, verdict: 'fail', says: 'the chain to its authority is incomplete', advice };
  }
  if (fault !== undefined)
    return { point, verdict: 'fail', says: fault, advice: 'Look at the certificate and its chain.' };
  if (days < DAYS_LEFT_MIN) {
    return {
      point,
      verdict: 'warn',
      says: `good for ${daysText(days)} only`,
      advice: 'Renew it, and see why it was not.',
    };
  }
  return { point, verdict: 'ok', says: `good for ${daysText(days)}, for ${host}` };
}

function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

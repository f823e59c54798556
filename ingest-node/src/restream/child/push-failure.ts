import type { RestreamReason } from '@sluice/contracts';

/** A target that cannot be pushed to, for a reason that is told. The sentence holds no secret. */
export class PushFailure extends Error {
  override readonly name = 'PushFailure';
  readonly reason: RestreamReason;

  constructor(reason: RestreamReason, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.reason = reason;
  }
}

const CERTIFICATE_CODES =
  /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|UNABLE_TO_|ERR_TLS_CERT_ALTNAME_INVALID$|HOSTNAME_MISMATCH$|INVALID_CA$|CRL_|ERROR_IN_CERT)/;

/** What Node's error about a connection that was not made means. Its code is told, and never its message: that has addresses. */
export function connectFailure(error: unknown, isTls: boolean): PushFailure {
  const code = codeOf(error);
  if (isTls && CERTIFICATE_CODES.test(code)) {
    return new PushFailure('certificate-invalid', `The target's certificate is not valid (${code}).`, { cause: error });
  }
  if (isTls && (code.startsWith('ERR_SSL') || code === 'EPROTO' || code === 'ECONNRESET')) {
    return new PushFailure('handshake-failed', `The target does not speak TLS there (${code}).`, { cause: error });
  }
  return new PushFailure('unreachable', `The target was not reached (${code}).`, { cause: error });
}

function codeOf(error: unknown): string {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
  return isCoded ? String(error.code).slice(0, 64) : 'no code';
}

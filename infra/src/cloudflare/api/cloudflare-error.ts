import { PERMISSIONS, type Permission } from './permission.ts';

/**
 * Why a call to Cloudflare did not do what it should: `refused` is its answer (see `codes`), `not-found` is that too,
 * `denied` is the token's fault, `busy` and `unreachable` may pass, `unforeseen` is an answer of another form.
 */
export type CloudflareErrorCode = 'refused' | 'not-found' | 'denied' | 'busy' | 'unreachable' | 'unforeseen';

export interface CloudflareErrorDetails {
  readonly code: CloudflareErrorCode;
  /** What was asked, without query and without anything secret. */
  readonly call: string;
  readonly permission: Permission;
  /** HTTP's; absent where there was no answer. */
  readonly status?: number;
  /** Cloudflare's own numbers, and its words. */
  readonly reasons?: readonly { readonly code: number; readonly message: string }[];
  /** When Cloudflare wants to be asked again, if it says so. */
  readonly retryAfterMs?: number;
}

/** Cloudflare said no, or nothing. Its words never hold a token: only the path and Cloudflare's own message are told. */
export class CloudflareError extends Error {
  override readonly name = 'CloudflareError';
  readonly code: CloudflareErrorCode;
  /** Cloudflare's own error numbers. */
  readonly codes: readonly number[];
  readonly retryAfterMs: number | undefined;
  /** Too many were asking (HTTP 429), so that nothing can have been done. */
  readonly wasTurnedAway: boolean;

  constructor(details: CloudflareErrorDetails, options?: ErrorOptions) {
    super(sentence(details), options);
    this.code = details.code;
    this.codes = (details.reasons ?? []).map(({ code }) => code);
    this.retryAfterMs = details.retryAfterMs;
    this.wasTurnedAway = details.status === 429;
  }

  /** It may go well if it is tried again. */
  get isPassing(): boolean {
    return this.code === 'busy' || this.code === 'unreachable';
  }
}

/** A message of Cloudflare's may quote what was sent, at any length. */
const MESSAGE_CHARS_MAX = 300;

function sentence({ code, call, permission, status, reasons = [] }: CloudflareErrorDetails): string {
  const said = reasons.map(({ code: number, message }) => `${message} (code ${number})`).join('; ');
  const quoted = said === '' ? '' : `: ${said.slice(0, MESSAGE_CHARS_MAX)}`;
  switch (code) {
    case 'denied':
      return `Cloudflare denies ${call}${quoted}. The API token needs the permission ${PERMISSIONS[permission]}, for this account and zone.`;
    case 'unreachable':
      return `Cloudflare's API did not answer ${call}`;
    case 'busy':
      return `Cloudflare's API is busy or broken: ${status} to ${call}${quoted}`;
    case 'unforeseen':
      return `Cloudflare answered ${call} in a form that is not known here (HTTP ${status})`;
    default:
      return `Cloudflare refuses ${call}${quoted === '' ? ` (HTTP ${status})` : quoted}`;
  }
}

import type { PublishRefusalCode } from '../server/publisher.ts';

/** Refusals as HTTP has them (RFC 9110 §15). Encoders show the number, and seldom the sentence. */
const STATUS: Record<PublishRefusalCode, number> = {
  'stream-key-missing': 401,
  'unknown-stream-key': 403,
  'stream-key-disabled': 403,
  'channel-disabled': 403,
  kicked: 403,
  'passphrase-wrong': 403,
  'mode-unsupported': 405,
  'channel-in-use': 409,
  'taken-over': 409,
  'backup-took-over': 409,
  'tracks-unusable': 422,
  'bitrate-too-high': 413,
  'codec-unsupported': 415,
  'too-many-attempts': 429,
  'internal-error': 500,
  'server-full': 503,
  'server-draining': 503,
  'control-unreachable': 503,
};

export function refusalStatus(code: PublishRefusalCode): number {
  return STATUS[code];
}

import type { PublishRefusal, PublishRefusalCode } from '../server/publisher.ts';
import { type Handshake, writeHandshake } from './handshake.ts';

/** A refusal is a handshake of this type and more (draft-sharabayko-srt-01 §4.3.1.1, table 7). */
export const REJECTION_TYPE_MIN = 1_000;

/** libsrt's own reasons, srt.h `SRT_REJECT_REASON`. */
export const REJECT = { rogue: 4, version: 8, badSecret: 10, unsecure: 11, filter: 14 } as const;
/** libsrt's access_control.h: reasons that a server gives, after HTTP's. */
export const REJECTX = {
  badRequest: 1_400,
  unauthorized: 1_401,
  overload: 1_402,
  forbidden: 1_403,
  badMode: 1_405,
  unacceptable: 1_406,
  conflict: 1_409,
  mediaUnsupported: 1_415,
  internal: 1_500,
  gateway: 1_502,
  down: 1_503,
} as const;

/** What an encoder is told for each reason of ours. It can show no sentence, only this. */
const REASONS: Record<PublishRefusalCode, number> = {
  'stream-key-missing': REJECTX.badRequest,
  'unknown-stream-key': REJECTX.unauthorized,
  'too-many-attempts': REJECTX.overload,
  'stream-key-disabled': REJECTX.forbidden,
  'channel-disabled': REJECTX.forbidden,
  kicked: REJECTX.forbidden,
  'mode-unsupported': REJECTX.badMode,
  'passphrase-wrong': REJECT.unsecure,
  'channel-in-use': REJECTX.conflict,
  'taken-over': REJECTX.conflict,
  'backup-took-over': REJECTX.conflict,
  'bitrate-too-high': REJECTX.unacceptable,
  'codec-unsupported': REJECTX.mediaUnsupported,
  'tracks-unusable': REJECTX.mediaUnsupported,
  'server-full': REJECTX.overload,
  'server-draining': REJECTX.down,
  'control-unreachable': REJECTX.gateway,
  'internal-error': REJECTX.internal,
};

export function rejectReason(refusal: PublishRefusal): number {
  return REASONS[refusal.code];
}

/** The answer to a publisher's conclusion that says no. */
export function rejectionPacket(conclusion: Handshake, reason: number, timestampUs: number): Uint8Array {
  const handshake = {
    ...conclusion,
    type: REJECTION_TYPE_MIN + reason,
    encryption: 0,
    extensionField: 0,
    extensions: [],
  };
  return writeHandshake(handshake, { destinationId: conclusion.socketId, timestampUs });
}

/** libsrt's reason in a handshake's type, or `undefined` in one that is no refusal. */
export function reasonOfType(type: number): number | undefined {
  // The conclusion's own type is the largest of all 32-bit numbers.
  return type >= REJECTION_TYPE_MIN && type < 0x8000_0000 ? type - REJECTION_TYPE_MIN : undefined;
}

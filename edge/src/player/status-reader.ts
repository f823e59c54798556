import type { LatencyProfileName } from '@sluice/contracts';

/** The channel's status as the page uses it: contracts' ChannelStatus without the brands. */
export interface SeenStatus {
  readonly state: 'offline' | 'starting' | 'live' | 'private';
  readonly version: string;
  readonly broadcast: SeenBroadcast | undefined;
}

export interface SeenBroadcast {
  readonly broadcastId: string;
  readonly startedAtMs: number;
  readonly profile: LatencyProfileName;
}

const PROFILES: readonly LatencyProfileName[] = ['ultra', 'low', 'economy', 'standard'];
const STATES: readonly SeenStatus['state'][] = ['offline', 'starting', 'live', 'private'];

/**
 * Reads the body of status.json; `undefined` for anything else. By hand, because zod would weigh as much as half of
 * the player; the test beside this holds it against contracts' schema.
 */
export function readStatus(body: unknown): SeenStatus | undefined {
  if (!isRecord(body)) return undefined;
  const state = STATES.find((known) => known === body.state);
  if (state === undefined || typeof body.version !== 'string') return undefined;
  const broadcast = body.broadcast === null ? undefined : readBroadcast(body.broadcast);
  if (broadcast === undefined && (body.broadcast !== null || state === 'live')) return undefined;
  return { state, version: body.version, broadcast };
}

/** What a Problem says to people. */
export function readSentence(body: unknown): string | undefined {
  return isRecord(body) && typeof body.detail === 'string' ? body.detail : undefined;
}

function readBroadcast(value: unknown): SeenBroadcast | undefined {
  if (!isRecord(value)) return undefined;
  const { broadcastId, startedAtMs } = value;
  const profile = PROFILES.find((known) => known === value.profile);
  if (typeof broadcastId !== 'string' || typeof startedAtMs !== 'number' || profile === undefined) return undefined;
  return { broadcastId, startedAtMs, profile };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

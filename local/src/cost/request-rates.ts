import { readFile, writeFile } from 'node:fs/promises';
import { LatencyProfileName } from '@sluice/contracts';
import type { RequestRate } from '@sluice/functions/cost';
import { z } from 'zod';

/** A real player's session through the real edge, as `npm run bench -- requests` recorded it. */
export const RecordedSession = z.object({
  /** As `npm run bench -- latency --page` names it. */
  player: z.string(),
  profile: LatencyProfileName,
  /** Playlists, or the MPD and the clock. */
  playlistPerS: z.number().nonnegative(),
  /** Parts, segments and init segments. */
  mediaPerS: z.number().nonnegative(),
  /** How watching is (docs/adr/0050): other people's players tell nothing. */
  reportPerS: z.number().nonnegative().default(0),
  latencyMs: z.number().positive(),
  stalls: z.int().nonnegative(),
  seconds: z.number().positive(),
});
export type RecordedSession = z.infer<typeof RecordedSession>;

/** What such a viewer asks for, all of it by the Worker. */
export function requestRateOf({ playlistPerS, mediaPerS, reportPerS, player }: RecordedSession): RequestRate {
  const workerPerS = playlistPerS + mediaPerS + reportPerS;
  return { workerPerS, playlistPerS, reportPerS, tracks: player.endsWith('muxed') ? 1 : 2 };
}

export const RecordedSessions = z.object({ recordedAt: z.string(), sessions: z.array(RecordedSession) });
export type RecordedSessions = z.infer<typeof RecordedSessions>;

/** The sessions that the repository keeps. */
export const REQUEST_RATES_FILE = new URL('./request-rates.json', import.meta.url);

export async function readRecordedSessions(): Promise<RecordedSessions> {
  return RecordedSessions.parse(JSON.parse(await readFile(REQUEST_RATES_FILE, 'utf8')));
}

/** Keeps what was measured, in the place of what was there of the same players and profiles. */
export async function recordSessions(measured: readonly RecordedSession[], now: Date): Promise<void> {
  const before = await readRecordedSessions();
  const isKept = (kept: RecordedSession) =>
    !measured.some(({ player, profile }) => player === kept.player && profile === kept.profile);
  const sessions = [...before.sessions.filter(isKept), ...measured].sort(
    (a, b) => a.profile.localeCompare(b.profile) || a.player.localeCompare(b.player),
  );
  const recorded: RecordedSessions = { recordedAt: now.toISOString().slice(0, 10), sessions };
  await writeFile(REQUEST_RATES_FILE, `${JSON.stringify(recorded, undefined, 2)}\n`);
}

import type { ChannelId, RenditionId } from '@sluice/contracts';

export interface ExportNameParts {
  readonly channelId: ChannelId;
  readonly startedAtMs: number;
  readonly videoId: RenditionId | undefined;
  readonly audioId: RenditionId | undefined;
}

/**
 * `demo-2026-11-25-120000-v720.mp4`: whose it is, when it began (UTC), and the picture, or the sound where that is all.
 * Letters, digits, `-` and `.` alone, as ids are: a name that every file system and every header takes as it is.
 */
export function exportFileName({ channelId, startedAtMs, videoId, audioId }: ExportNameParts): string {
  const [date = '', time = ''] = new Date(startedAtMs).toISOString().split('T');
  return `${channelId}-${date}-${time.slice(0, 8).replaceAll(':', '')}-${videoId ?? audioId}.mp4`;
}

import type { RenditionChoice } from './engine.ts';

/** `1.7 s`; `12 s` from ten seconds on, where tenths are noise; an en dash where nothing is known. */
export function seconds(valueMs: number | undefined): string {
  if (valueMs === undefined || !Number.isFinite(valueMs)) return '–';
  return `${(valueMs / 1000).toFixed(Math.abs(valueMs) < 9_950 ? 1 : 0)} s`;
}

/** `2.81 s`: for the statistics, where hundredths are read. */
export function fineSeconds(valueMs: number | undefined): string {
  return valueMs === undefined || !Number.isFinite(valueMs) ? '–' : `${(valueMs / 1000).toFixed(2)} s`;
}

/** `2.8 Mbps`, `640 kbps`. */
export function bitrate(valueBps: number | undefined): string {
  if (valueBps === undefined || !Number.isFinite(valueBps)) return '–';
  return valueBps >= 995_000 ? `${(valueBps / 1e6).toFixed(1)} Mbps` : `${Math.round(valueBps / 1000)} kbps`;
}

/** `720p`, and `720p60` above 30 frames a second. */
export function renditionName({ heightPx, fps, id }: RenditionChoice): string {
  if (heightPx === 0) return id;
  return `${heightPx}p${fps !== undefined && fps > 31 ? Math.round(fps) : ''}`;
}

/** `4:07`, `1:02:09`. */
export function elapsed(valueMs: number): string {
  const wholeS = Math.max(0, Math.floor(valueMs / 1000));
  const hours = Math.floor(wholeS / 3600);
  const minutes = Math.floor((wholeS % 3600) / 60);
  const tail = `${String(wholeS % 60).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** `10 Mbps line`: how a rendition differs from its neighbours, for the menu's second column. */
export function renditionDetail({ fps, bitrateBps }: RenditionChoice): string {
  const rate = bitrate(bitrateBps);
  return fps === undefined ? rate : `${Math.round(fps * 100) / 100} fps · ${rate}`;
}

/** `42 seconds behind live`, for people who listen. */
export function behindLive(behindMs: number): string {
  return behindMs < 500 ? 'live' : `${spokenTime(behindMs)} behind live`;
}

/** `1 minute 5 seconds`, for people who listen. */
export function spokenTime(valueMs: number): string {
  const wholeS = Math.max(0, Math.round(valueMs / 1000));
  const units = [
    [Math.floor(wholeS / 3600), 'hour'],
    [Math.floor(wholeS / 60) % 60, 'minute'],
    [wholeS % 60, 'second'],
  ] as const;
  const words = units.flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}${count === 1 ? '' : 's'}`]));
  return words.length === 0 ? '0 seconds' : words.join(' ');
}

/** `−0:42`, of somebody who watches from behind. */
export function behind(behindMs: number): string {
  return `−${elapsed(Math.round(behindMs / 1000) * 1000)}`;
}

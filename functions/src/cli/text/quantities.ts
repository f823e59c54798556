const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time in its two largest units: `42 s`, `3 min 5 s`, `2 h 10 min`, `12 d 3 h`. */
export function durationText(durationMs: number): string {
  const ms = Math.max(0, Math.round(durationMs / SECOND_MS) * SECOND_MS);
  if (ms < MINUTE_MS) return `${ms / SECOND_MS} s`;
  if (ms < HOUR_MS) return twoUnits(ms, [MINUTE_MS, 'min'], [SECOND_MS, 's']);
  if (ms < DAY_MS - MINUTE_MS / 2) return twoUnits(ms, [HOUR_MS, 'h'], [MINUTE_MS, 'min']);
  return twoUnits(ms, [DAY_MS, 'd'], [HOUR_MS, 'h']);
}

/** A time as the clock on the wall has it, with its date: `2026-11-01 18:20:05`. */
export function timeText(atMs: number): string {
  const at = new Date(atMs);
  const date = [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-');
  return `${date} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(':')}`;
}

/** The same without its seconds, for lists. */
export function minuteText(atMs: number): string {
  return timeText(atMs).slice(0, -':00'.length);
}

/** What many watched, added up: `0.5 h`, `1,204 h`. */
export function hoursText(durationMs: number): string {
  const hours = durationMs / HOUR_MS;
  return `${groupedText(hours, hours >= 100 || hours === 0 ? 0 : 1)} h`;
}

/** How long ago a time was, or how far away it is. */
export function agoText(atMs: number, nowMs: number): string {
  return atMs <= nowMs ? `${durationText(nowMs - atMs)} ago` : `in ${durationText(atMs - nowMs)}`;
}

/** `6.2 Mbit/s`, `128 kbit/s`. */
export function bitrateText(bitrateBps: number): string {
  if (bitrateBps >= 1e6) return `${shortNumber(bitrateBps / 1e6)} Mbit/s`;
  return `${Math.round(bitrateBps / 1e3)} kbit/s`;
}

/** In powers of ten, as prices are: `4.3 GB`. */
export function sizeText(sizeBytes: number): string {
  for (const [unitBytes, unit] of [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const) {
    if (sizeBytes >= unitBytes) return `${shortNumber(sizeBytes / unitBytes)} ${unit}`;
  }
  return `${sizeBytes} B`;
}

/** US dollars, to the cent; less than a cent says so. */
export function dollarsText(dollars: number): string {
  if (dollars > 0 && dollars < 0.005) return '< $0.01';
  return `$${groupedText(dollars, 2)}`;
}

/** `12,345`. */
export function groupedText(value: number, digits = 0): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function shortNumber(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toFixed(1)));
}

type Unit = readonly [unitMs: number, name: string];

function twoUnits(ms: number, [largeMs, large]: Unit, [smallMs, small]: Unit): string {
  const smalls = Math.round(ms / smallMs);
  const count = Math.floor((smalls * smallMs) / largeMs);
  const rest = smalls - (count * largeMs) / smallMs;
  return rest === 0 ? `${count} ${large}` : `${count} ${large} ${rest} ${small}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

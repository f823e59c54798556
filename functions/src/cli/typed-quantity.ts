const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Units once each, the largest first. */
const DURATION = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?:in)?)?(?:(\d+(?:\.\d+)?)s)?$/;
const BITRATE = /^(\d+(?:\.\d+)?)([kM]?)$/;
const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6 };

/** Milliseconds of `90s`, `1h30m` or `7d`; a number by itself counts in `bareUnit`. `undefined`: it is no length of time. */
export function durationMs(text: string, bareUnit: 's' | 'd'): number | undefined {
  const compact = text.replaceAll(' ', '');
  const whole = /^\d+(\.\d+)?$/.test(compact) ? `${compact}${bareUnit}` : compact;
  const units = DURATION.exec(whole);
  if (units === null || whole === '') return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = units;
  const { d = 0, h = 0, m = 0, s = 0 } = UNITS_MS;
  return Number(days) * d + Number(hours) * h + Number(minutes) * m + Math.round(Number(seconds) * s);
}

/** Bits a second of `2800k` or `6M`; `undefined`: it is no bitrate. */
export function bitrateBps(text: string): number | undefined {
  const [, number, unit = ''] = BITRATE.exec(text) ?? [];
  return number === undefined ? undefined : Math.round(Number(number) * (FACTORS[unit] ?? 1));
}

/** One locale for all: what is shown is in English, and so are its numbers. */
const LOCALE = 'en';

const WHOLE = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 });
const TENTHS = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1, minimumFractionDigits: 1 });

const KILO = 1_000;
const MEGA = 1_000_000;
/** From here on it would be `1,000 kbit/s`. */
const MEGA_ROUNDED = 999_500;
/** From here on a tenth of it is of no interest. */
const LARGE_MBPS = 100;

/** `12,345` */
export function formatCount(count: number): string {
  return WHOLE.format(count);
}

/** `12.3K`, where there is little room. */
export function formatShortCount(count: number): string {
  return SHORT.format(count);
}

/** `6.2 Mbit/s`, `850 kbit/s`. */
export function formatBitrate(bitrateBps: number): string {
  if (bitrateBps < MEGA_ROUNDED) return `${WHOLE.format(bitrateBps / KILO)} kbit/s`;
  const mbps = bitrateBps / MEGA;
  return `${mbps < LARGE_MBPS ? TENTHS.format(mbps) : WHOLE.format(mbps)} Mbit/s`;
}

/** `1 viewer`, `2 viewers`. */
export function formatNumbered(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

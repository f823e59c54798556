const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;
const FIGURES = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** `4.3 GB`, in thousands, as bills and files are counted. */
export function formatSize(sizeBytes: number): string {
  let [size, unit] = [sizeBytes, 0];
  while (size >= 999.5 && unit < UNITS.length - 1) [size, unit] = [size / 1_000, unit + 1];
  return `${FIGURES.format(size)} ${UNITS[unit]}`;
}

/** `3.2 hours`, `12 minutes`: what was watched by all viewers together. */
export function formatWatched(viewerMs: number): string {
  const hours = viewerMs / 3_600_000;
  if (hours >= 1) return `${FIGURES.format(hours)} ${FIGURES.format(hours) === '1' ? 'hour' : 'hours'}`;
  const minutes = Math.round(viewerMs / 60_000);
  return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}

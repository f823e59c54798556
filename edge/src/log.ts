/** One structured line. The platform collects the console; no grant, token or stack is ever among the facts. */
export function log(
  level: 'info' | 'warn' | 'error',
  message: string,
  facts: Readonly<Record<string, string | number | boolean | undefined>> = {},
): void {
  // biome-ignore lint/suspicious/noConsole: in workerd the console is the log, and this is the one place that writes it.
  console[level](JSON.stringify({ level, message, ...facts }));
}

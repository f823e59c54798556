import type { ComponentChildren } from 'preact';

export type BadgeTone = 'live' | 'starting' | 'warning' | 'quiet';

/** One or two words on how something is. */
export function Badge({
  tone = 'quiet',
  children,
}: {
  readonly tone?: BadgeTone;
  readonly children: ComponentChildren;
}) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** Begins to load the engine that most browsers play a channel with, where this one is to be such a browser. */
export function fetchUsualEngine(asked: string | null): void {
  if (asked !== null || !('MediaSource' in window)) return;
  import('./dash-engine.ts').catch(() => undefined);
}

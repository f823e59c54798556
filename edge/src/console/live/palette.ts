import { theme } from '../shell/theme.ts';

/** Calls back when colours have changed: by the toggle, or because the system's look has. Returns how to stop that. */
export function onRepaint(repaint: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const soon = () => requestAnimationFrame(repaint);
  system.addEventListener('change', soon);
  const stop = theme.subscribe(soon);
  return () => {
    system.removeEventListener('change', soon);
    stop();
  };
}

const KEY = 'sluice.volume';

/** The volume that the viewer last chose, 0 to 1. Storage may be forbidden; then every visit begins at full. */
export function rememberedVolume(): number {
  try {
    const stored = Number.parseFloat(localStorage.getItem(KEY) ?? '');
    return stored >= 0 && stored <= 1 ? stored : 1;
  } catch {
    return 1;
  }
}

export function rememberVolume(volume: number): void {
  try {
    localStorage.setItem(KEY, volume.toFixed(2));
  } catch {
    // Private browsing: it is forgotten, and that is what was asked for.
  }
}

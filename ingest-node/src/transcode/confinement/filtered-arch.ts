import type { FilteredArch } from './system-calls.ts';

/** The processor to write filters for; `undefined` where this system has none of them. */
export function filteredArch(platform = process.platform, arch: string = process.arch): FilteredArch | undefined {
  return platform === 'linux' && (arch === 'x64' || arch === 'arm64') ? arch : undefined;
}

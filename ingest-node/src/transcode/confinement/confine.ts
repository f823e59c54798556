import { type FilterRules, filterProgram } from './filter-program.ts';
import { filteredArch } from './filtered-arch.ts';
import type { Kernel } from './kernel.ts';
import { memoryUsageWithoutFiles } from './memory-usage.ts';

/** How a process is confined from now on. */
export type Confinement =
  | { readonly kind: 'confined' }
  /** There is nothing to confine it with on this system; the parent says so. */
  | { readonly kind: 'unsupported' }
  /** It should be; a part of a sentence says why it is not. */
  | { readonly kind: 'unconfined'; readonly why: string };

/** Takes from this process, for good and for all of its threads, what the rules do not allow. Never throws. */
export type Confine = (rules: FilterRules) => Confinement;

/**
 * Loads what confines, while files can still be opened; what it gives confines within a millisecond. To be called when
 * everything is loaded and before anything is read from a publisher (docs/adr/0014).
 */
export async function loadConfine(): Promise<Confine> {
  const arch = filteredArch();
  if (arch === undefined) return () => ({ kind: 'unsupported' });
  try {
    // Native code, which somebody may have left out of the installation: no reason to be off the air.
    const { Kernel } = await import('./kernel.ts');
    const kernel = new Kernel(arch);
    return (rules) => confine(kernel, () => filterProgram(rules, arch));
  } catch (error) {
    return () => unconfined(error);
  }
}

function confine(kernel: Kernel, program: () => Uint8Array): Confinement {
  try {
    // Node has made its ring then: a way around any filter, and one that it cannot do without any more.
    if (kernel.hasIoUring()) throw new Error('it was not begun by launch.ts, so it has io_uring');
    const memoryUsage = memoryUsageWithoutFiles();
    kernel.filter(program(), 'all-threads');
    process.memoryUsage = memoryUsage;
    return { kind: 'confined' };
  } catch (error) {
    return unconfined(error);
  }
}

function unconfined(error: unknown): Confinement {
  return { kind: 'unconfined', why: error instanceof Error ? error.message : 'the kernel did not take the filter' };
}

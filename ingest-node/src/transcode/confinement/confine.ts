import { filterProgram } from './filter-program.ts';
import { filteredArch } from './filtered-arch.ts';
import { memoryUsageWithoutFiles } from './memory-usage.ts';
import { afterLoading } from './transcoder-rules.ts';

/** How a process is confined from now on. */
export type Confinement =
  | { readonly kind: 'confined' }
  /** There is nothing to confine it with on this system; the parent says so. */
  | { readonly kind: 'unsupported' }
  /** It should be, and why it is not; a sentence. */
  | { readonly kind: 'unconfined'; readonly why: string };

/**
 * Takes from this process, for good, all that a transcoder does not need: files, sockets, other processes. To be called
 * when everything is loaded and before anything is read from a publisher (docs/adr/0014).
 */
export async function confineProcess(): Promise<Confinement> {
  const arch = filteredArch();
  if (arch === undefined) return { kind: 'unsupported' };
  try {
    // Native code, which somebody may have left out of the installation: no reason to be off the air.
    const { Kernel } = await import('./kernel.ts');
    const kernel = new Kernel(arch);
    // Node has made its ring then: a way around any filter, and one that it cannot do without any more.
    if (kernel.hasIoUring()) return unconfined('it was not begun by launch.ts, so it has io_uring');
    const memoryUsage = memoryUsageWithoutFiles();
    kernel.filter(filterProgram(afterLoading(process.pid), arch), 'all-threads');
    process.memoryUsage = memoryUsage;
    return { kind: 'confined' };
  } catch (error) {
    return unconfined(error instanceof Error ? error.message : 'the kernel did not take the filter');
  }
}

function unconfined(why: string): Confinement {
  return { kind: 'unconfined', why: `The transcoder is not confined: ${why}.` };
}

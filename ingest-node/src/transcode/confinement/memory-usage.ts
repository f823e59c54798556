import { openSync, readSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';

/** proc_pid_statm(5): sizes in pages, of which the second is what is resident. */
const STATM = '/proc/self/statm';
const RESIDENT_AT = 1;
const STATM_BYTES_MAX = 256;
/** AUXV's AT_PAGESZ is out of reach here; both processors' usual kernels have pages of this size, and a figure may err. */
const PAGE_BYTES = 4_096;

/**
 * `process.memoryUsage` for a process that can open no more files: Node's own opens one in /proc each time. Must be
 * called while files can still be opened.
 */
export function memoryUsageWithoutFiles(): NodeJS.MemoryUsageFn {
  const statm = openSync(STATM, 'r');
  const rss = (): number => {
    const text = Buffer.alloc(STATM_BYTES_MAX);
    const sizeBytes = readSync(statm, text, 0, text.length, 0);
    return Number(text.toString('latin1', 0, sizeBytes).split(' ')[RESIDENT_AT]) * PAGE_BYTES;
  };
  const usage = (): NodeJS.MemoryUsage => {
    const heap = getHeapStatistics();
    return {
      rss: rss(),
      heapTotal: heap.total_heap_size,
      heapUsed: heap.used_heap_size,
      external: heap.external_memory,
      // Counted within `external`, and not apart from it by anybody but Node itself.
      arrayBuffers: 0,
    };
  };
  return Object.assign(usage, { rss });
}

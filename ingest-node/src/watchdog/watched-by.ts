import { z } from 'zod';

/** What the thread of a watchdog is given. */
export const WatchedBy = z.object({
  /** Shared: the main thread adds one for each beat. */
  beats: z.custom<Int32Array<SharedArrayBuffer>>((value) => value instanceof Int32Array),
  beatMs: z.number().positive(),
  looksMax: z.int().min(1),
  nodeId: z.string(),
});
export type WatchedBy = z.infer<typeof WatchedBy>;

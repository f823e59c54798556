import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import * as z from 'zod/mini';
import { problemOfFailure } from '../api/api-problem.ts';
import { delay } from '../api/waiting.ts';
import { api, session } from '../session/session.ts';

/** A node takes a minute or two. */
const EVERY_MS = 10_000;
/** After this long somebody has to look why. */
const WAKING_MS_MAX = 10 * 60_000;

const Regions = z.object({ regions: z.array(z.object({ region: z.string(), state: z.string() })) });

/** In this deployment nodes never sleep: once is enough to know that. */
let areAlwaysAwake = false;

/** Wakes the ingest nodes for whoever is about to stream; `true` while encoders cannot connect yet. */
export function useRegionWaking(): ReadonlySignal<boolean> {
  const isWaking = useSignal(false);
  useEffect(() => {
    const gone = new AbortController();
    void wake(gone.signal, (value) => {
      isWaking.value = value;
    });
    return () => gone.abort();
  }, [isWaking]);
  return isWaking;
}

async function wake(signal: AbortSignal, tell: (isWaking: boolean) => void): Promise<void> {
  const state = session.peek();
  // A system of one machine has no nodes that sleep.
  if (state.kind !== 'signed-in' || state.setup.access === 'open') return;
  const untilMs = Date.now() + WAKING_MS_MAX;
  while (!areAlwaysAwake && !signal.aborted && Date.now() < untilMs) {
    try {
      const { regions } = (await api.post('/ingest-regions/wake', Regions, { signal })).value;
      const isWaking = regions.some(({ state }) => state === 'waking');
      tell(isWaking);
      if (!isWaking) return;
    } catch (cause) {
      // Whoever may not wake them, or where none sleep: then it is as it is.
      if (!signal.aborted) areAlwaysAwake = problemOfFailure(cause).code === 'wake-unavailable';
      return;
    }
    await delay(EVERY_MS, signal);
  }
}

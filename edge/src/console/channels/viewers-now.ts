import { useEffect, useMemo } from 'preact/hooks';
import * as z from 'zod/mini';
import { readProblem } from '../api/api-problem.ts';
import { pageLife } from '../resource/page-life.ts';
import { Resource } from '../resource/resource.ts';
import { playbackPrefix } from '../session/playback-access.ts';

/** contracts' ChannelAudience, as far as the console goes. */
const Audience = z.object({ viewers: z.number() });
/** It is of ten seconds each time. */
const EVERY_MS = 10_000;

interface WatchedChannel {
  readonly channelId: string;
  readonly isPrivate: boolean;
  /** Only then it is asked for. */
  readonly isVisible: boolean;
}

/** How many watch a live channel, as its edge counts; `undefined` until it has said so. */
export function useViewersNow({ channelId, isPrivate, isVisible }: WatchedChannel): number | undefined {
  const audience = useMemo(
    () => new Resource({ load: (signal) => askViewers(channelId, isPrivate, signal), everyMs: EVERY_MS }, pageLife),
    [channelId, isPrivate],
  );
  useEffect(() => {
    if (!isVisible) return undefined;
    audience.start();
    return () => audience.stop();
  }, [audience, isVisible]);
  return audience.value.value;
}

async function askViewers(channelId: string, isPrivate: boolean, signal: AbortSignal): Promise<number> {
  const prefix = await playbackPrefix(channelId, isPrivate);
  const response = await fetch(`${prefix}/live/${channelId}/viewers.json`, { signal });
  if (!response.ok) throw await readProblem(response);
  return Audience.parse(await response.json()).viewers;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceEvent } from '../src/media/source.ts';
import type { Transcoder } from '../src/transcode/transcoder.ts';

/** Pushes a source's packets when a publisher would send them. */
export async function pushInRealTime(transcoder: Transcoder, events: readonly SourceEvent[]): Promise<void> {
  const startMs = performance.now();
  for (const event of events) {
    if (event.kind === 'video' || event.kind === 'audio') {
      const earlyMs = startMs + event.dtsUs / 1_000 - performance.now();
      if (earlyMs > 1) await sleep(earlyMs);
    }
    transcoder.push(event);
  }
}

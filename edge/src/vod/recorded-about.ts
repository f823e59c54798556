import type { RecordedAbout } from '@sluice/contracts';
import { hasStoryboard } from './recorded-storyboard.ts';
import type { FoundRecording } from './recording-shelf.ts';

/** What is to be known of a recording or a clip before it plays; `undefined` where there is nothing in it. */
export function recordedAbout({ manifest, recording }: FoundRecording): RecordedAbout | undefined {
  const { fromMs, toMs } = recording;
  if (fromMs === undefined || toMs === undefined) return undefined;
  return {
    channelId: manifest.channelId,
    broadcastId: manifest.broadcastId,
    clipId: manifest.clip?.clipId ?? null,
    startedAtMs: manifest.description.startedAtMs,
    fromMs: Math.round(fromMs),
    toMs: Math.round(toMs),
    startOffsetMs: manifest.clip?.startOffsetMs ?? 0,
    pictureSlot: manifest.pictureSlot ?? null,
    hasStoryboard: hasStoryboard(manifest),
  };
}

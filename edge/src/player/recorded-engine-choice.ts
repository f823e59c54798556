import { NativeEngine } from './native-engine.ts';
import type { RecordedEngine, RecordedEvents } from './recorded-engine.ts';
import { RecordedNativeEngine } from './recorded-native-engine.ts';

type EngineParts = [video: HTMLVideoElement, events: RecordedEvents];
export type MakeRecordedEngine = (...parts: EngineParts) => RecordedEngine;

/** As engine-choice.ts for a channel. */
export async function chooseRecordedEngine(
  video: HTMLVideoElement,
  asked: string | null,
): Promise<MakeRecordedEngine | undefined> {
  const hasMediaSource = 'MediaSource' in window || 'ManagedMediaSource' in window;
  const hasNative = NativeEngine.isSupportedBy(video);
  if (hasMediaSource && !(asked === 'native' && hasNative)) {
    if (asked === 'hls') {
      const { RecordedHlsEngine } = await import('./recorded-hls-engine.ts');
      return (...parts: EngineParts) => new RecordedHlsEngine(...parts);
    }
    const { RecordedDashEngine } = await import('./recorded-dash-engine.ts');
    if (RecordedDashEngine.isSupported) return (...parts: EngineParts) => new RecordedDashEngine(...parts);
  }
  return hasNative ? (...parts: EngineParts) => new RecordedNativeEngine(...parts) : undefined;
}

import type { Engine, EngineEvents } from './engine.ts';
import { NativeEngine } from './native-engine.ts';

type EngineParts = [video: HTMLVideoElement, events: EngineEvents];
export type MakeEngine = (...parts: EngineParts) => Engine;

/**
 * LL-DASH where there is Media Source Extensions: a fifth of the requests (docs/adr/0032). LL-HLS there for who asks for
 * it, by `engine="hls"` (on the watch page `?engine=hls`), and by the browser itself elsewhere, or for `engine="native"`, which
 * in Safari can be sent to other devices by AirPlay. `undefined`: this browser plays nothing
 * of it. Rejects when the player could not be loaded.
 */
export async function chooseEngine(video: HTMLVideoElement, asked: string | null): Promise<MakeEngine | undefined> {
  const hasMediaSource = 'MediaSource' in window || 'ManagedMediaSource' in window;
  const native = NativeEngine.isSupportedBy(video) ? (...made: EngineParts) => new NativeEngine(...made) : undefined;
  if (asked === 'native' && native !== undefined) return native;
  if (hasMediaSource && asked === 'hls') {
    const { HlsEngine } = await import('./hls-engine.ts');
    if (HlsEngine.isSupported) return (...made) => new HlsEngine(...made);
  } else if (hasMediaSource) {
    const { DashEngine } = await import('./dash-engine.ts');
    if (DashEngine.isSupported) return (...made) => new DashEngine(...made);
  }
  return native;
}

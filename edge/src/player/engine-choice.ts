import type { Engine, EngineEvents } from './engine.ts';
import { NativeEngine } from './native-engine.ts';

export type MakeEngine = (video: HTMLVideoElement, events: EngineEvents) => Engine;

/**
 * LL-DASH where there is Media Source Extensions: a fifth of the requests (docs/adr/0032). LL-HLS there for who asks for
 * it, by `engine="hls"` (on the watch page `?engine=hls`), and by the browser itself elsewhere. `undefined`: this browser plays nothing
 * of it. Rejects when the player could not be loaded.
 */
export async function chooseEngine(video: HTMLVideoElement, asked: string | null): Promise<MakeEngine | undefined> {
  const hasMediaSource = 'MediaSource' in window || 'ManagedMediaSource' in window;
  if (hasMediaSource && asked === 'hls') {
    const { HlsEngine } = await import('./hls-engine.ts');
    if (HlsEngine.isSupported) return (...made) => new HlsEngine(...made);
  } else if (hasMediaSource) {
    const { DashEngine } = await import('./dash-engine.ts');
    if (DashEngine.isSupported) return (...made) => new DashEngine(...made);
  }
  return NativeEngine.isSupportedBy(video) ? (...made) => new NativeEngine(...made) : undefined;
}

import { AUDIO_ONLY } from '../live/audio-query.ts';
import type { Engine, EngineEvents } from './engine.ts';

/** A recording or a clip to be played. */
export interface RecordedSource {
  /** Without a `/` at its end: `https://…/vod/{broadcastId}`, `https://…/clip/{clipId}`. */
  readonly url: string;
  /** Seconds from its beginning. */
  readonly startS: number;
  /** Nothing of a picture is loaded. */
  readonly isAudioOnly: boolean;
}

/** What an engine tells of a recording, as of a broadcast. */
export type RecordedEvents = Pick<EngineEvents, 'onRenditions' | 'onRenditionShown' | 'onFault' | 'onHiccup'>;

/** Brings a recording into the media element; recorded-engine-choice.ts says which one does. */
export interface RecordedEngine extends Pick<Engine, 'kind' | 'unload' | 'choose' | 'choice' | 'bandwidthBps'> {
  load(source: RecordedSource): void;
}

/** The address of its MPD or multivariant playlist. */
export function recordedUrl({ url, isAudioOnly }: RecordedSource, fileName: 'manifest.mpd' | 'index.m3u8'): string {
  return `${url}/${fileName}${isAudioOnly ? `?${AUDIO_ONLY}` : ''}`;
}

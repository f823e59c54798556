import { AUDIO_ONLY } from '../live/audio-query.ts';
import type { StreamTiming } from './latency-controller.ts';
import type { PlaybackFault } from './recovery.ts';

/** In place of a rendition's id: the engine chooses by bandwidth and by the size of the picture. */
export const AUTO_CHOICE = 'auto';
/** In place of a rendition's id: the sound alone. No engine's choice, for it is another source. */
export const AUDIO_CHOICE = 'audio';

/** One choice of the quality menu. */
export interface RenditionChoice {
  /** `v720`, as in the URLs. */
  readonly id: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fps: number | undefined;
  readonly bitrateBps: number;
}

/** What an engine tells; all of it only about the source that was loaded last. */
export interface EngineEvents {
  /** The list of renditions of the picture is known, best first, and whether there is any sound. */
  onRenditions(renditions: readonly RenditionChoice[], hasSound: boolean): void;
  /** The rendition that is shown from now on. */
  onRenditionShown(renditionId: string): void;
  /** A playlist arrived that lists media up to `edgeS` on the media element's timeline. */
  onPlaylistGrew(edgeS: number, timing: StreamTiming): void;
  /** The engine does not get over it by itself. `detail` is for the stats, not for people. */
  onFault(fault: PlaybackFault, detail: string): void;
  /** Something failed that the engine gets over by itself. */
  onHiccup(detail: string): void;
  /** The playlist says that nothing more will come. */
  onNoMoreMedia(): void;
}

/** A broadcast to be played. */
export interface EngineSource {
  /** Without a `/` at its end: `https://…/live/demo`, `https://…/t/{token}/live/demo`. */
  readonly channelUrl: string;
  readonly broadcastId: string;
  /** Nothing of a picture is loaded. */
  readonly isAudioOnly?: boolean;
}

/** Brings a broadcast into the media element; see engine-choice.ts for which one does. */
export interface Engine {
  readonly kind: 'shaka' | 'hls.js' | 'native';
  /** `false`: the browser keeps its own distance to the edge, and rates are left alone. */
  readonly isRateOurs: boolean;
  load(source: EngineSource): void;
  unload(): void;
  restartLoad(): void;
  recoverMedia(options: { readonly swapAudioCodec: boolean }): void;
  /** AUTO_CHOICE or a rendition's id. */
  choose(choice: string): void;
  readonly choice: string;
  /** PROGRAM-DATE-TIME of the frame at the playhead, in epoch milliseconds. */
  readonly playingDateMs: number | undefined;
  /** PROGRAM-DATE-TIME of a place on the media element's timeline, in epoch milliseconds. */
  dateMsAt(positionS: number): number | undefined;
  /** The place of a date; the nearest one, where nothing of that date is listed. */
  positionSAt(dateMs: number): number | undefined;
  /** Where what can be sought begins, on the media element's timeline; `undefined` while nothing is known of it. */
  readonly seekableStartS: number | undefined;
  /** The place that is live, where the engine alone knows it: those whose rate is not ours. */
  readonly seekableEndS?: number | undefined;
  /** Of the picture that comes, as measured; absent where only what its rendition was announced with is known. */
  readonly mediaBps?: number | undefined;
  /** What the network was last measured to carry. */
  readonly bandwidthBps: number | undefined;
}

/** The query keeps a copy of the previous broadcast's playlist, which a browser may hold, out of the way. */
export function indexUrl({ channelUrl, broadcastId, isAudioOnly }: EngineSource): string {
  return `${channelUrl}/index.m3u8?broadcast=${broadcastId}${isAudioOnly === true ? `&${AUDIO_ONLY}` : ''}`;
}

import type { LatencyProfileName } from '@sluice/contracts';
import type { PlayerState } from './shown-player.ts';

/**
 * What `window.sluice.stats()` answers: everything the page knows of itself at that moment, as plain JSON. Times named
 * `…AtMs` are epoch milliseconds of the viewer's clock; `null` is "not known (yet)".
 */
export interface Snapshot {
  readonly state: PlayerState;
  readonly channelId: string;
  readonly broadcastId: string | null;
  readonly broadcastStartedAtMs: number | null;
  readonly profile: LatencyProfileName | null;
  /** Edge time less PROGRAM-DATE-TIME of the frame on screen; distance to the live edge while the clock is not known. */
  readonly latencyMs: number | null;
  /** What latencyMs is steered to. */
  readonly targetLatencyMs: number | null;
  /** From the playhead to the estimated live edge: what the controller steers. */
  readonly edgeDistanceMs: number | null;
  /** What earlier stalls have added to the target. */
  readonly marginMs: number;
  /** Media ahead of the playhead, audio and video both. */
  readonly bufferMs: number;
  readonly playbackRate: number;
  /** Times the picture stood still for 250 ms or more, after it had moved. */
  readonly stalls: number;
  readonly stalledMs: number;
  /** Seeks that the controller made because chasing would have taken too long. */
  readonly jumps: number;
  readonly recoveries: number;
  /** The last things that went wrong, each with its second since joining: `12.3 s bufferStalledError`. */
  readonly troubles: readonly string[];
  /** `v720`. */
  readonly rendition: string | null;
  /** `720p`, for people. */
  readonly renditionName: string | null;
  readonly renditions: readonly string[];
  readonly isAutoQuality: boolean;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bitrateBps: number | null;
  readonly bandwidthBps: number | null;
  readonly droppedFrames: number;
  readonly decodedFrames: number;
  /** The viewer is at the live edge: false while paused or watching from behind. */
  readonly isLive: boolean;
  readonly isMuted: boolean;
  /** Nothing of the picture is loaded: the viewer wants the sound alone. */
  readonly isAudioOnly: boolean;
  readonly engine: 'shaka' | 'hls.js' | 'native' | null;
  /** Epoch milliseconds at the edge. */
  readonly edgeNowMs: number | null;
  readonly clockUncertaintyMs: number | null;
  readonly positionS: number;
  /** When the player began. */
  readonly startedAtMs: number;
  /** When the page learnt that the channel is live and began to load the broadcast. */
  readonly joinedAtMs: number | null;
  readonly firstFrameAtMs: number | null;
}

/** For tests and for people who look into the console. It reads and changes nothing. */
export interface SluiceApi {
  /** `undefined` before there is a player. */
  stats(): Snapshot | undefined;
}

declare global {
  interface Window {
    readonly sluice?: SluiceApi;
  }
}

export function publishApi(stats: SluiceApi['stats']): void {
  Object.defineProperty(window, 'sluice', { value: Object.freeze({ stats }), enumerable: true });
}

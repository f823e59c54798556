import { AUTO_CHOICE } from './engine.ts';
import type { RecordedState } from './recorded-life.ts';
import type { RecordedPlayback } from './recorded-playback.ts';
import type { Snapshot } from './snapshot.ts';
import { renditionName } from './wording.ts';

export interface RecordedSnapshotParts {
  readonly state: RecordedState;
  readonly video: HTMLVideoElement;
  readonly reading: RecordedPlayback['reading'] | undefined;
  readonly choice: string;
  readonly startedAtMs: number;
}

/** What the player of a recording knows of itself; what is about a live edge is not there. */
export function recordedSnapshot({ state, video, reading, choice, startedAtMs }: RecordedSnapshotParts): Snapshot {
  const frames = video.getVideoPlaybackQuality?.();
  const shown = reading?.shown;
  return {
    state,
    channelId: reading?.about?.channelId ?? '',
    broadcastId: reading?.about?.broadcastId ?? null,
    broadcastStartedAtMs: reading?.about?.startedAtMs ?? null,
    profile: null,
    latencyMs: null,
    targetLatencyMs: null,
    edgeDistanceMs: null,
    marginMs: 0,
    bufferMs: (reading?.bufferS ?? 0) * 1_000,
    playbackRate: video.playbackRate,
    stalls: reading?.stallCount ?? 0,
    stalledMs: 0,
    jumps: 0,
    recoveries: 0,
    troubles: reading?.troubles ?? [],
    rendition: shown?.id ?? null,
    renditionName: shown === undefined ? null : renditionName(shown),
    renditions: reading?.renditions.map(({ id }) => id) ?? [],
    isAutoQuality: choice === AUTO_CHOICE,
    widthPx: video.videoWidth,
    heightPx: video.videoHeight,
    bitrateBps: shown?.bitrateBps ?? null,
    bandwidthBps: reading?.bandwidthBps ?? null,
    droppedFrames: frames?.droppedVideoFrames ?? 0,
    decodedFrames: frames?.totalVideoFrames ?? 0,
    isLive: false,
    isMuted: video.muted,
    isAudioOnly: reading?.isAudioOnly ?? false,
    engine: reading?.engine ?? null,
    edgeNowMs: null,
    clockUncertaintyMs: null,
    positionS: video.currentTime,
    startedAtMs,
    joinedAtMs: reading?.joinedAtMs ?? null,
    firstFrameAtMs: reading?.firstFrameAtMs ?? null,
  };
}

import { BroadcastId, ChannelId, type DateRangeAnnounced, type PartAnnounced } from '@sluice/contracts';
import { checkRecordedMpd, type MpdCheck } from '../mpd-check/mpd-check.ts';
import { ListedId, type MuxedId, muxedId } from '../mux/muxed-id.ts';
import {
  checkMediaPlaylist,
  checkMultivariantPlaylist,
  checkPresentation,
  type ParsedMediaPlaylist,
  quotedValue,
  type Violation,
} from '../playlist-check/playlist-check.ts';
import { RecordedTimeline } from '../recording/recorded-timeline.ts';
import { Recording } from '../recording/recording.ts';
import {
  draftedManifest,
  draftedRecording,
  type RecordingDraft,
  recordingDraft,
} from '../recording/recording-draft.ts';
import { RecordingManifest } from '../recording/recording-manifest.ts';
import { type TimelineArchives, TimelineState } from '../recording/timeline-state.ts';
import { listedRecording } from '../vod/listed-recording.ts';
import { recordedPlaylist } from '../vod/recorded-playlist.ts';
import { recordedPresentation } from '../vod/recorded-presentation.ts';
import { LiveWindow } from '../window/live-window.ts';
import { mediaPlaylist } from '../window/media-playlist.ts';
import { multivariantPlaylist } from '../window/multivariant-playlist.ts';
import { A128, TestBroadcast, type TestBroadcastOptions, V720 } from './test-broadcast.ts';

const CHANNEL_ID = ChannelId.parse('demo');
const BROADCAST_ID = BroadcastId.parse('0mww8blwxoz6wtlh8p63');
/** All of a broadcast is in its live playlist, so what is recorded can be compared with it. */
const WINDOW_S = 12 * 3_600;
export const V720_A128: MuxedId = muxedId({ videoId: V720, audioId: A128 });

export interface TestRecordingOptions extends TestBroadcastOptions {
  readonly dvrWindowS?: number;
}

/** A broadcast that is recorded as the channel's object does it, and what is written of it, all of it checked. */
export class TestRecording {
  readonly broadcast: TestBroadcast;
  readonly window: LiveWindow;
  timeline: RecordedTimeline;
  readonly chunks: TimelineArchives[] = [];

  constructor({ dvrWindowS = WINDOW_S, ...options }: TestRecordingOptions = {}) {
    this.broadcast = new TestBroadcast(options);
    const { description } = this.broadcast;
    this.timeline = new RecordedTimeline(description);
    this.window = new LiveWindow({
      description,
      dvrWindowS,
      onWhole: (id, segment) => this.timeline.push(id, segment),
    });
  }

  announce(parts: readonly PartAnnounced[], dateRanges: readonly DateRangeAnnounced[] = []): void {
    this.window.takeDateRanges(dateRanges);
    this.timeline.noteDateRanges(this.window.dateRanges.listed);
    this.window.append(parts);
  }

  /** Parts number `from` up to, not with, `to` of all renditions. */
  goOn(from: number, to: number, changes: Partial<PartAnnounced> = {}): void {
    this.announce(this.broadcast.parts(from, to).map((part) => ({ ...part, ...changes })));
  }

  /** Other encoders go on, under init segments of this version. */
  redescribe(initVersion: number): void {
    const { description } = this.broadcast;
    const renditions = description.renditions.map((rendition) => ({ ...rendition, initVersion }));
    this.window.describe({ ...description, renditions });
  }

  /** What the object knows of it after a restart, out of JSON as storage gives it back. */
  restart(): void {
    const chunk = this.timeline.takeChunk();
    if (chunk !== undefined) this.chunks.push(chunk.archives);
    const state = TimelineState.parse(JSON.parse(JSON.stringify(this.timeline.state())));
    this.timeline = new RecordedTimeline(this.broadcast.description, { chunks: this.chunks, state });
  }

  draft(): RecordingDraft {
    this.window.end();
    const { window, timeline } = this;
    return recordingDraft({ broadcastId: BROADCAST_ID, window, timeline, endedAtMs: 1 });
  }

  /** As it stands in the bucket. */
  manifest(draft = this.draft()): RecordingManifest {
    const manifest = draftedManifest(draft, draftedRecording(draft, this.chunks, CHANNEL_ID));
    return RecordingManifest.parse(JSON.parse(JSON.stringify(manifest)));
  }
}

/** All that is written of a recording; what is wrong with it is among the violations. */
export class WrittenRecording {
  readonly recording: Recording;
  readonly violations: Violation[] = [];
  readonly mpd: MpdCheck['mpd'];
  readonly mpdText: string;
  readonly #texts = new Map<string, string>();
  readonly #playlists = new Map<string, ParsedMediaPlaylist>();

  constructor(manifest: RecordingManifest) {
    this.recording = Recording.of(manifest);
    for (const delivery of ['separate', 'muxed'] as const) {
      const index = multivariantPlaylist(this.recording, '', { delivery });
      const { playlist, violations } = checkMultivariantPlaylist(index);
      this.violations.push(...violations);
      const { variants, media } = playlist;
      const uris = [
        ...variants.map(({ uri }) => uri),
        ...media.map(({ attributes }) => quotedValue(attributes, 'URI')),
      ];
      const ids = [...new Set(uris)].map((uri = '') => ListedId.parse(uri.replace(/\.m3u8$/, '')));
      this.violations.push(...checkPresentation(new Map(ids.map((id) => [`${id}.m3u8`, this.#write(id, manifest)]))));
    }
    this.mpdText = recordedPresentation(this.recording);
    const { mpd, violations } = checkRecordedMpd(this.mpdText);
    this.mpd = mpd;
    this.violations.push(...violations);
  }

  text(id: ListedId): string {
    return this.#texts.get(id) ?? '';
  }

  playlist(id: ListedId): ParsedMediaPlaylist {
    const playlist = this.#playlists.get(id);
    if (playlist === undefined) throw new Error(`there is no ${id}`);
    return playlist;
  }

  #write(id: ListedId, { clip }: RecordingManifest): ParsedMediaPlaylist {
    const listed = listedRecording(this.recording, id, undefined);
    if (listed === undefined) throw new Error(`there is no ${id}`);
    const text = recordedPlaylist(this.recording, listed, clip?.startOffsetMs);
    const { playlist, violations } = checkMediaPlaylist(text);
    this.violations.push(...violations);
    this.#texts.set(id, text);
    this.#playlists.set(id, playlist);
    return playlist;
  }
}

/** What a playlist says of each segment, whatever prefix its URIs have and whether its parts are listed. */
export function segmentFacts({ segments }: ParsedMediaPlaylist) {
  const file = (uri = '') => uri.split('/').slice(-2).join('/');
  return segments.map((segment) => ({
    msn: segment.msn,
    uri: file(segment.uri),
    durationS: segment.durationS,
    date: segment.programDateTimeMs,
    map: file(segment.mapUri),
    discontinuity: segment.discontinuityNumber,
    isGap: segment.isGap,
  }));
}

/** The same of the live playlist that listed them. */
export function liveFacts(window: LiveWindow, id: string) {
  const own = [...window.renditions.values()].find(({ rendition }) => rendition.id === id);
  if (own === undefined) throw new Error(`there is no ${id}`);
  return segmentFacts(checkMediaPlaylist(mediaPlaylist(window, own)).playlist);
}

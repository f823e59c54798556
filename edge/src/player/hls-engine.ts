import Hls, {
  type ErrorData,
  ErrorDetails,
  ErrorTypes,
  Events,
  type FragLoadedData,
  type Fragment,
  type HlsConfig,
  type Level,
  type LevelDetails,
  type ManifestParsedData,
  type Part,
} from 'hls.js';
import {
  AUTO_CHOICE,
  type Engine,
  type EngineEvents,
  type EngineSource,
  indexUrl,
  type RenditionChoice,
} from './engine.ts';
import { GapPenalty } from './gap-penalty.ts';
import { gatedAbr } from './gated-abr.ts';
import type { StreamTiming } from './latency-controller.ts';
import type { PlaybackFault } from './recovery.ts';
import { SegmentGate } from './segment-gate.ts';
import { slowLineBps } from './slow-line.ts';

/** Before anything was measured: a middle rendition. The lowest would be ugly for seconds on most lines. */
const BANDWIDTH_GUESS_BPS = 4_000_000;
const ERROR_PENALTY_MS = 6_000;
/** The multivariant playlist may be cached for some seconds and still name the broadcast before this one. */
const OLD_BROADCAST_RETRY_MS = 300;

const CONFIG: Partial<HlsConfig> = {
  lowLatencyMode: true,
  // The LatencyController beside this sets rate and target (hls.js#6350).
  maxLiveSyncPlaybackRate: 1,
  liveSyncOnStallIncrease: 0,
  // The bitrate test loads a fragment that is never shown; in low latency it costs half a second of the start.
  testBandwidth: false,
  abrEwmaDefaultEstimate: BANDWIDTH_GUESS_BPS,
  capLevelToPlayerSize: true,
  // By default a rendition that failed once is never chosen again.
  errorPenaltyExpireMs: ERROR_PENALTY_MS,
  // The browser drops what was played when its own limit is reached. When hls.js does it, it forgets of a segment in
  // the middle which parts are loaded, and sometimes never asks for the next one (seen with 1.7.4).
  backBufferLength: Number.POSITIVE_INFINITY,
  // CMAF passes through unchanged, so there is no work to give to a worker, and the CSP needs no blob: scripts.
  enableWorker: false,
};

/** hls.js behind the Engine interface. A new Hls for each load: half-reset ones are where its bugs live. */
export class HlsEngine implements Engine {
  readonly kind = 'hls.js';
  readonly isRateOurs = true;
  readonly #video: HTMLVideoElement;
  readonly #events: EngineEvents;
  #hls: Hls | undefined;
  #choice = AUTO_CHOICE;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  /** It has not played yet: see #applyChoice. */
  #isStarting = true;
  readonly #gaps = new GapPenalty();
  #gate = new SegmentGate();
  /** Carried from one load to the next, so that a reload does not begin with a guess. */
  #bandwidthBps: number | undefined;

  constructor(video: HTMLVideoElement, events: EngineEvents) {
    this.#video = video;
    this.#events = events;
    video.addEventListener('playing', () => this.#started());
  }

  static get isSupported(): boolean {
    return Hls.isSupported();
  }

  load(source: EngineSource): void {
    this.unload();
    const gate = new SegmentGate();
    this.#gate = gate;
    const hls = new Hls({
      ...CONFIG,
      abrEwmaDefaultEstimate: this.#bandwidthBps ?? BANDWIDTH_GUESS_BPS,
      abrController: gatedAbr(() => gate.mayChange(this.#video.currentTime)),
    });
    this.#hls = hls;
    this.#isStarting = true;
    hls.on(Events.MANIFEST_PARSED, (_, parsed) => this.#manifestParsed(hls, parsed, source));
    hls.on(Events.LEVEL_SWITCHED, (_, { level }) => {
      const shown = hls.levels[level];
      if (shown !== undefined) this.#events.onRenditionShown(renditionOf(shown).id);
    });
    hls.on(Events.LEVEL_UPDATED, (_, { details }) => this.#playlistArrived(details));
    hls.on(Events.FRAG_LOADING, (_, { frag, part }) => {
      if (part !== null && part !== undefined && isPicture(frag)) gate.partComes(frag.start);
    });
    hls.on(Events.FRAG_LOADED, (_, loaded) => this.#loaded(hls, loaded));
    hls.on(Events.ERROR, (_, error) => this.#failed(error));
    hls.attachMedia(this.#video);
    hls.loadSource(indexUrl(source));
  }

  unload(): void {
    clearTimeout(this.#retryTimer);
    const hls = this.#hls;
    if (hls === undefined) return;
    this.#hls = undefined;
    this.#bandwidthBps = measuredBandwidthBps(hls) ?? this.#bandwidthBps;
    hls.destroy();
  }

  restartLoad(): void {
    this.#hls?.startLoad();
  }

  recoverMedia(options: { readonly swapAudioCodec: boolean }): void {
    if (options.swapAudioCodec) this.#hls?.swapAudioCodec();
    this.#hls?.recoverMediaError();
  }

  get choice(): string {
    return this.#choice;
  }

  choose(choice: string): void {
    this.#choice = choice;
    if (this.#hls !== undefined) this.#applyChoice(this.#hls);
  }

  get playingDateMs(): number | undefined {
    return this.#hls?.playingDate?.getTime();
  }

  dateMsAt(positionS: number): number | undefined {
    const fragment = datedFragment(this.#details, ({ start }) => start <= positionS);
    return fragment && fragment.startMs + (positionS - fragment.startS) * 1_000;
  }

  positionSAt(dateMs: number): number | undefined {
    const fragment = datedFragment(this.#details, ({ programDateTime }) => (programDateTime ?? Infinity) <= dateMs);
    return fragment && fragment.startS + (dateMs - fragment.startMs) / 1_000;
  }

  get seekableStartS(): number | undefined {
    return this.#details?.fragments[0]?.start;
  }

  get #details(): LevelDetails | undefined {
    return this.#hls?.levels[this.#hls.loadLevel]?.details;
  }

  get bandwidthBps(): number | undefined {
    return (this.#hls && measuredBandwidthBps(this.#hls)) ?? this.#bandwidthBps;
  }

  #manifestParsed(hls: Hls, { levels, audio, audioTracks }: ManifestParsedData, source: EngineSource): void {
    if (!levels.some((level) => level.url.some((url) => url.includes(`/${source.broadcastId}/`)))) {
      hls.stopLoad();
      this.#retryTimer = setTimeout(() => this.load(source), OLD_BROADCAST_RETRY_MS);
      return;
    }
    this.#applyChoice(hls);
    const best = levels.map(renditionOf).toSorted((a, b) => b.bitrateBps - a.bitrateBps);
    this.#events.onRenditions(best, audio || audioTracks.length > 0);
  }

  /**
   * While it starts, "auto" keeps to the rendition it began with. A change in between makes hls.js load the segment
   * before once more, behind parts of the next one; the browser then drops what follows these up to the next keyframe,
   * and the picture stands for a second or two (seen with 1.7.4 in one start of ten).
   */
  #applyChoice(hls: Hls): void {
    const index = hls.levels.findIndex((level) => renditionOf(level).id === this.#choice);
    if (index === -1) this.#choice = AUTO_CHOICE;
    // -1 is hls.js's "auto". Not nextLevel, which throws away what is buffered ahead: here that is all there is.
    const level = index === -1 && this.#isStarting ? hls.firstAutoLevel : index;
    // A change that must wait is made when the segment is whole: see #loaded.
    if (level === -1 || level === hls.loadLevel || this.#gate.mayChange(this.#video.currentTime)) hls.loadLevel = level;
  }

  #loaded(hls: Hls, { frag, part }: FragLoadedData): void {
    if (!isPicture(frag)) return;
    watchLine(hls, part ?? frag);
    if (part !== null && !isLastPart(part, hls.levels[frag.level]?.details)) return;
    this.#gate.segmentIsWhole();
    if (!this.#isStarting) this.#applyChoice(hls);
  }

  #started(): void {
    if (!this.#isStarting || this.#hls === undefined) return;
    this.#isStarting = false;
    this.#applyChoice(this.#hls);
  }

  #playlistArrived(details: LevelDetails): void {
    if (!details.live) this.#events.onNoMoreMedia();
    else if (details.advanced) this.#events.onPlaylistGrew(details.edge, timingOf(details));
  }

  #failed(error: ErrorData): void {
    if (error.details === ErrorDetails.FRAG_GAP && this.#hls !== undefined) {
      this.#hls.config.errorPenaltyExpireMs = this.#gaps.afterGap(performance.now());
    }
    if (error.fatal || isForbidden(error)) this.#events.onFault(faultOf(error), error.details);
    else this.#events.onHiccup(error.details);
  }
}

/** The renditions to choose from are those of the picture; their init segments are no measure. */
function isPicture({ type, sn }: Fragment): boolean {
  return type === 'main' && sn !== 'initSegment';
}

function watchLine(hls: Hls, { stats, duration: durationS }: Fragment | Part): void {
  const { first: firstByteAtMs, end: lastByteAtMs } = stats.loading;
  const lineBps = slowLineBps({ bytes: stats.loaded, firstByteAtMs, lastByteAtMs, durationS });
  // Begins the estimate anew.
  if (lineBps !== undefined) hls.bandwidthEstimate = lineBps;
}

interface DatedFragment {
  readonly startS: number;
  readonly startMs: number;
}

/** The last fragment of which `isBefore` holds, or the first one of all: where times on its one side count from. */
function datedFragment(
  details: LevelDetails | undefined,
  isBefore: (fragment: Fragment) => boolean,
): DatedFragment | undefined {
  const found = details?.fragments.findLast(isBefore) ?? details?.fragments[0];
  if (found === undefined || found.programDateTime === null) return undefined;
  return { startS: found.start, startMs: found.programDateTime };
}

/** The playlist closes a segment when it lists its last part. */
function isLastPart({ fragment, index }: Part, details: LevelDetails | undefined): boolean {
  if (details === undefined || fragment.sn > details.endSN) return false;
  return !(details.partList ?? []).some((part) => part.fragment.sn === fragment.sn && part.index > index);
}

function timingOf(details: LevelDetails): StreamTiming {
  if (details.partTarget > 0 && details.partHoldBack > 0) {
    return { partTargetS: details.partTarget, holdBackS: details.partHoldBack };
  }
  // rfc8216bis §4.4.3.8: without HOLD-BACK it is three target durations.
  return { partTargetS: details.targetduration, holdBackS: details.holdBack || 3 * details.targetduration };
}

const SOURCE_ERRORS: ReadonlySet<string> = new Set([
  ErrorDetails.MANIFEST_LOAD_ERROR,
  ErrorDetails.MANIFEST_LOAD_TIMEOUT,
  ErrorDetails.MANIFEST_PARSING_ERROR,
]);

const CODEC_ERRORS: ReadonlySet<string> = new Set([
  ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR,
  ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR,
  ErrorDetails.BUFFER_ADD_CODEC_ERROR,
]);

/** What is wrong, as a remedy is chosen by it. */
export function faultOf(error: ErrorData): PlaybackFault {
  if (CODEC_ERRORS.has(error.details)) return 'codec';
  if (SOURCE_ERRORS.has(error.details) || isForbidden(error)) return 'source';
  if (error.type === ErrorTypes.NETWORK_ERROR) return 'network';
  return error.type === ErrorTypes.MEDIA_ERROR ? 'media' : 'other';
}

/** The link of a private channel does not let its viewer in any more; asking elsewhere, or again, is told the same. */
function isForbidden({ response }: ErrorData): boolean {
  return response?.code === 403;
}

/** A level, as it is chosen from. */
export function renditionOf(level: Level): RenditionChoice {
  const url = level.url[0] ?? '';
  const id = /\/([^/]+)\.m3u8(?:$|\?)/.exec(url)?.[1];
  return {
    id: id ?? `v${level.height}`,
    widthPx: level.width,
    heightPx: level.height,
    fps: level.frameRate > 0 ? level.frameRate : undefined,
    bitrateBps: level.averageBitrate,
  };
}

/** hls.js answers its own default before it has measured anything. */
function measuredBandwidthBps(hls: Hls): number | undefined {
  const estimateBps = hls.bandwidthEstimate;
  return Number.isFinite(estimateBps) && estimateBps > 0 ? estimateBps : undefined;
}

import shaka from 'shaka-player/dist/shaka-player.dash-es2021.js';
import { BEGINS } from '../audience/view-query.ts';
import { AUDIO_ONLY } from '../live/audio-query.ts';
import { AUTO_CHOICE, type Engine, type EngineEvents, type EngineSource, type RenditionChoice } from './engine.ts';
import type { StreamTiming } from './latency-controller.ts';
import { LineEstimate } from './line-estimate.ts';
import { type AskedSegment, listenTo } from './media-listener.ts';
import { type MpdFacts, mpdFacts } from './mpd-facts.ts';
import { isWorthBreakingOff } from './rendition-choice.ts';
import { RenditionChooser } from './rendition-chooser.ts';
import { SegmentArrival } from './segment-arrival.ts';
import { detailOf, errorOf, faultOf, isHopeless } from './shaka-faults.ts';

/** Shaka gives up a segment after some tries; a live broadcast is asked for again. */
const RETRY_S = 0.5;
/** What was made already comes within this time of the answer's headers, on a line that will do. */
const BURST_MS = 60;
/** So much must lie ahead of the playhead for the picture to go on after it was looked for. */
const REDRAW_AHEAD_S = 0.1;
/** From the choice of the place to begin at to the picture there, of which each moment is one of latency. */
const FIRST_PICTURE_S = 0.15;
/** Twice a part of `low`: one that comes too slowly is noticed before it is whole. */
const CHOOSE_EVERY_MS = 250;

/** Shaka, playing LL-DASH, behind the Engine interface. Its latency, rate and choice of rendition are ours. */
export class DashEngine implements Engine {
  readonly kind = 'shaka';
  readonly isRateOurs = true;
  readonly #video: HTMLVideoElement;
  readonly #events: EngineEvents;
  /** Carried from one load to the next, so that a reload does not begin with a guess. */
  readonly #line = new LineEstimate();
  #player: shaka.Player | undefined;
  /** The broadcast that was loaded last. */
  #begunId: string | undefined;
  /** Shaka lets go of the media element in its own time. */
  #isFree: Promise<unknown> = Promise.resolve();
  #facts: MpdFacts | undefined;
  /** The live edge was seen since the load. */
  #hasEdge = false;
  /** The segment of the leading track that was asked for last. */
  #coming: { readonly arrival: SegmentArrival; breakOff(): void } | undefined;
  /** It is the second try, in a smaller picture. */
  #isBrokenOff = false;
  #renditions: readonly RenditionChoice[] = [];
  #mediaBps: number | undefined;
  readonly #chooser: RenditionChooser;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(video: HTMLVideoElement, events: EngineEvents) {
    this.#video = video;
    this.#events = events;
    this.#chooser = new RenditionChooser({
      line: this.#line,
      heightPx: () => video.clientHeight * devicePixelRatio,
    });
    video.addEventListener('resize', () => this.#shown());
    // Shaka takes a rate above 1 for fast forward, and sets 1 where that would come to the live edge: it is not told.
    video.addEventListener('ratechange', (event) => event.stopImmediatePropagation());
  }

  static get isSupported(): boolean {
    return shaka.Player.isBrowserSupported();
  }

  load(source: EngineSource): void {
    this.unload();
    const player = new shaka.Player();
    this.#player = player;
    player.configure(CONFIG);
    player.configurationForLowLatency(LOW_LATENCY_CONFIG);
    player.configure('abrFactory', () => this.#chooser);
    player.configure('streaming.failureCallback', (error: shaka.util.Error) => {
      if (error.category === shaka.util.Error.Category.NETWORK) player.retryStreaming(RETRY_S);
    });
    player.addEventListener('error', (event) => this.#failed(errorOf(event)));
    player.addEventListener('canupdatestarttime', () => this.#beginAtTarget(player));
    player.addEventListener('trackschanged', () => this.#tracksChanged(player));
    listenTo(player, {
      onMpd: (text) => this.#mpdCame(text),
      follow: (segment) => this.#follow(player, segment),
    });
    this.#timer = setInterval(() => this.#reconsider(), CHOOSE_EVERY_MS);
    void this.#open(player, this.#mpdUrl(source));
  }

  /** What is loaded anew, because something failed, is no other view. */
  #mpdUrl({ channelUrl, broadcastId, isAudioOnly }: EngineSource): string {
    const isBegun = this.#begunId === broadcastId;
    this.#begunId = broadcastId;
    const query = [...(isBegun ? [] : [BEGINS]), ...(isAudioOnly === true ? [AUDIO_ONLY] : [])].join('&');
    return `${channelUrl}/${broadcastId}.mpd${query && `?${query}`}`;
  }

  unload(): void {
    const player = this.#player;
    if (player === undefined) return;
    this.#player = undefined;
    clearInterval(this.#timer);
    this.#facts = undefined;
    this.#hasEdge = false;
    this.#coming = undefined;
    this.#isBrokenOff = false;
    this.#renditions = [];
    this.#mediaBps = undefined;
    this.#isFree = player.destroy().catch(() => undefined);
  }

  restartLoad(): void {
    this.#player?.retryStreaming();
  }

  /** Not asked for: there is nothing between going on and a new load, so what fails of the media is told as `other`. */
  recoverMedia(): void {}

  get choice(): string {
    return this.#chooser.choice;
  }

  choose(choice: string): void {
    this.#chooser.choose(choice);
  }

  get playingDateMs(): number | undefined {
    return this.dateMsAt(this.#video.currentTime);
  }

  dateMsAt(positionS: number): number | undefined {
    return this.#facts && this.#facts.startMs + positionS * 1_000;
  }

  positionSAt(dateMs: number): number | undefined {
    return this.#facts && (dateMs - this.#facts.startMs) / 1_000;
  }

  get seekableStartS(): number | undefined {
    const { start, end } = this.#player?.seekRange() ?? { start: 0, end: 0 };
    return end > start ? start : undefined;
  }

  get mediaBps(): number | undefined {
    return this.#mediaBps;
  }

  get bandwidthBps(): number | undefined {
    return this.#line.bps;
  }

  async #open(player: shaka.Player, url: string): Promise<void> {
    await this.#isFree;
    if (this.#player !== player) return;
    try {
      await player.attach(this.#video);
      await player.load(url);
    } catch (error) {
      if (this.#player !== player) return;
      if (error instanceof shaka.util.Error)
        this.#events.onFault(faultOf(error) === 'codec' ? 'codec' : 'source', detailOf(error));
      else this.#events.onFault('source', String(error));
    }
  }

  /** By the leading track alone: the sound of a picture comes some moments later, and buffered is what has both. */
  #follow(player: shaka.Player, { kind, breakOff, ...asked }: AskedSegment): SegmentArrival | undefined {
    const facts = this.#facts;
    if (facts === undefined || facts.leading !== kind) return undefined;
    const arrival = new SegmentArrival({
      line: this.#line,
      partTargetS: facts.timing?.partTargetS ?? 0,
      hasParts: facts.hasParts,
      partsPerSegment: facts.partsPerSegment,
      ...asked,
      events: {
        onOpen: () => this.#edgeIsNear(player),
        onEdge: () => this.#edgeSeen(facts.timing),
        onHeldBack: () => this.#edgeSeen(wholeSegmentTiming(facts)),
        onPart: () => this.#partCame(arrival, facts),
      },
    });
    this.#coming = { arrival, breakOff };
    return arrival;
  }

  /**
   * A change comes with the next segment, but where the line became too thin for the present one: waiting for its end
   * would take longer than to begin it again in the smaller picture.
   */
  #reconsider(): void {
    const { arrival, breakOff } = this.#coming ?? {};
    arrival?.look(performance.now());
    const change = this.#chooser.reconsider();
    if (change === undefined || arrival?.isOpen !== true) return;
    // Not for the viewer's own choice, nor for a picture that became small on the page: then the line carries what comes.
    if (this.choice !== AUTO_CHOICE || (this.#line.bps ?? Number.POSITIVE_INFINITY) >= change.fromBps) return;
    const { partsPerSegment = 1 } = this.#facts ?? {};
    const isWorthIt = isWorthBreakingOff({
      partCount: arrival.partCount,
      partsPerSegment,
      presentBps: change.fromBps,
      smallerBps: change.toBps,
    });
    if (!isWorthIt) return;
    this.#isBrokenOff = true;
    breakOff?.();
  }

  #partCame(arrival: SegmentArrival, { timing, partsPerSegment }: MpdFacts): void {
    const { partTargetS = 0 } = timing ?? {};
    const isWhole = arrival.partCount === partsPerSegment;
    if (isWhole && partTargetS > 0) this.#mediaBps = (arrival.byteCount * 8) / (partsPerSegment * partTargetS);
    if (this.#isBrokenOff && arrival === this.#coming?.arrival) this.#redraw(arrival, partTargetS);
  }

  /** The browser has no keyframe for what was put in the place of what it shows; a seek to where it is makes it look for one. */
  #redraw(arrival: SegmentArrival, partTargetS: number): void {
    const { currentTime } = this.#video;
    if (arrival.startS + arrival.partCount * partTargetS < currentTime + REDRAW_AHEAD_S) return;
    this.#isBrokenOff = false;
    if (arrival.startS < currentTime) this.#video.currentTime = currentTime;
  }

  #mpdCame(text: string): void {
    this.#facts = mpdFacts(text) ?? this.#facts;
    if (this.#facts?.isStatic) this.#events.onNoMoreMedia();
  }

  /**
   * All that was made is asked for. What comes of it at once ends at the live edge, and playing can begin with that;
   * the moments at which the edge is seen to grow are told as they come.
   */
  #edgeIsNear(player: shaka.Player): void {
    if (this.#hasEdge) return;
    setTimeout(() => {
      if (this.#player === player && !this.#hasEdge) this.#edgeSeen(this.#facts?.timing);
    }, BURST_MS);
  }

  #edgeSeen(timing: StreamTiming | undefined): void {
    const edgeS = this.#facts && this.#player?.getBufferedInfo()[this.#facts.leading].at(-1)?.end;
    if (timing === undefined || edgeS === undefined) return;
    this.#hasEdge = true;
    this.#events.onPlaylistGrew(edgeS, timing);
  }

  /** Shaka counts from the end of what it lets be sought, which is nearer to the edge than the target. */
  #beginAtTarget(player: shaka.Player): void {
    const { timing, hasParts, presentationDelayS = 0 } = this.#facts ?? {};
    if (timing === undefined || hasParts !== true) return;
    const behindS = timing.holdBackS - timing.partTargetS - presentationDelayS - FIRST_PICTURE_S;
    if (behindS > 0) player.updateStartTime(-behindS);
  }

  #tracksChanged(player: shaka.Player): void {
    if (this.#player !== player) return;
    this.#renditions = this.#chooser.renditions;
    // As the quality menu does with a choice that the next broadcast does not have.
    if (!this.#renditions.some(({ id }) => id === this.choice)) this.#chooser.choose(AUTO_CHOICE);
    this.#events.onRenditions(
      this.#renditions,
      player.getVariantTracks().some(({ audioId }) => audioId !== null),
    );
    this.#shown();
  }

  #shown(): void {
    const shown = this.#renditions.find(({ heightPx }) => heightPx === this.#video.videoHeight);
    if (shown !== undefined) this.#events.onRenditionShown(shown.id);
  }

  #failed(error: shaka.util.Error): void {
    const isOver = error.severity === shaka.util.Error.Severity.CRITICAL;
    const isOfNetwork = error.category === shaka.util.Error.Category.NETWORK;
    if (isHopeless(error)) this.#events.onFault('source', detailOf(error));
    // Of the network Shaka asks again by itself: see failureCallback.
    else if (!isOver || isOfNetwork) this.#events.onHiccup(detailOf(error));
    else this.#events.onFault(faultOf(error), detailOf(error));
  }
}

const CONFIG = {
  manifest: { dash: { ignoreMinBufferTime: true } },
  streaming: {
    lowLatencyMode: true,
    liveSync: { enabled: false },
    // When to begin, and to go on after a stall, is the Playhead's to say.
    rebufferingGoal: 0.01,
    // Seconds ahead, for who watches from behind; at the live edge there is no more than a part or three.
    bufferingGoal: 20,
    // Seconds that a step back finds without asking again; an hour of them would fill a phone.
    bufferBehind: 120,
    // StallWatch looks after that.
    stallEnabled: false,
  },
};

/** In place of Shaka's own, which it sets when it sees a low-latency MPD. */
const LOW_LATENCY_CONFIG = {
  streaming: {
    // What is asked for ahead is broken off by a change of rendition, and the segment that plays with it.
    segmentPrefetchLimit: 0,
    updateIntervalSeconds: 0.1,
    maxDisabledTime: 1,
    retryParameters: { baseDelay: 100 },
  },
  manifest: {
    dash: { autoCorrectDrift: false },
    retryParameters: { baseDelay: 100 },
  },
};

/** Where segments come when they are whole, one must be there while the next is made. */
function wholeSegmentTiming({ timing, partsPerSegment }: MpdFacts): StreamTiming | undefined {
  if (timing === undefined) return undefined;
  const segmentS = partsPerSegment * timing.partTargetS;
  return { partTargetS: segmentS, holdBackS: segmentS + timing.partTargetS };
}

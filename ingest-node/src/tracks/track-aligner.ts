import {
  type BroadcastDescription,
  type FrameRate,
  framesBeforePart,
  type LatencyProfileName,
  type MediaGrid,
  mediaGrid,
  partPlace,
  RENDITIONS_MAX,
} from '@sluice/contracts';
import type { HealthWarning } from '../health/health-warning.ts';
import type { ContinuedBroadcast, EncodedBroadcast, EncodedFrame } from '../media/encoded.ts';
import { isSameTrack, type TrackSamples } from '../media/encoded-track.ts';
import { beginPart, soundLeadS } from './begin-part.ts';
import { type CommonStart, commonStart } from './common-start.ts';
import { type DescribedLane, describeTracks } from './describe-tracks.ts';
import { keptLanes } from './kept-lanes.ts';
import { startedAtMs } from './started-at.ts';
import { TrackLane } from './track-lane.ts';
import { isAtRate, pictureRate } from './track-rate.ts';
import {
  gopUnfit,
  keyframeMissing,
  neverTogether,
  neverWhole,
  ratesDiffer,
  rateUnknown,
  renditionsChanged,
  samplesTooShort,
  trackLeftOut,
  trackStopped,
  tracksTorn,
} from './track-warning.ts';

/** A publisher opens the connections of its tracks one after the other; after the last one this long none comes. */
const SETTLE_MS = 1_500;
/** Looking for a beginning costs more than what it is looked for in: not with every picture. */
const LOOK_EVERY_MS = 50;
/** Of one track, before it begins: two of the longest segments, with room for what comes a segment at a time. */
const GATHERED_S_MAX = 15;
/** The same where some of it was dropped, for there was a gap behind it. */
const GATHERED_TORN_S_MAX = 30;
/** Of one track as well: that long at 60 pictures a second, with room. Sound has 47 frames. Times are the publisher's. */
const GATHERED_SAMPLES_MAX = 2_048;
/** Memory of all tracks together: 15 s at 40 Mbit/s. */
const GATHERED_BYTES_MAX = 80 * 1_024 * 1_024;
/**
 * Others come for so long, and nothing of any track of the broadcast: its publisher has become another one. As long as
 * one track may be behind another, since those that viewers do not get may be ahead of those that they do.
 */
const REPLACED_MS = 10_000;
/** Of a silence in between: whoever was away is not another one yet when a track comes first that is left out. */
const REPLACED_PAUSE_MS_MAX = 5_000;
/** One track behind another: more than two of the longest segments, which may come one at a time. */
const BEHIND_S_MAX = 10;

export type AlignerOutput =
  /** What is made from here on, and where it begins or goes on. */
  | { readonly kind: 'broadcast'; readonly encoded: EncodedBroadcast }
  | { readonly kind: 'frame'; readonly frame: EncodedFrame }
  | { readonly kind: 'warning'; readonly warning: HealthWarning }
  /** Nothing more comes: these tracks are no broadcast, or not this one. */
  | { readonly kind: 'unusable'; readonly warning: HealthWarning };

export interface AlignerOptions {
  readonly profile: LatencyProfileName;
  /** What the publisher may send at all: none of its renditions has more, whatever it says. */
  readonly bitrateBpsMax: number;
  /** The broadcast as it is, if it has begun: its renditions, and the part that is due of each. */
  readonly continued: () => ContinuedBroadcast | undefined;
}

/** When samples came. */
export interface TakenAt {
  /** Of a clock that nobody sets: what durations are measured by. */
  readonly steadyMs: number;
  /** Since 1970: what a broadcast's times are. */
  readonly wallMs: number;
}

/**
 * Makes a broadcast out of tracks that come encoded: waits until all of them are there, finds a moment at which all can
 * begin, and gives each of their samples its frame on the grid. Where samples are missing it does so again. Pure.
 */
export class TrackAligner {
  readonly #options: AlignerOptions;
  readonly #lanes = new Map<string, TrackLane>();
  readonly #leftOut = new Set<string>();
  readonly #outputs: AlignerOutput[] = [];
  #state: 'gathering' | 'running' | 'unusable' = 'gathering';
  #newestTrackAtMs = 0;
  #lookAtMs = 0;
  /** When something last came of any track. */
  #heardAtMs = 0;
  /** For how long there was nothing but tracks that are left out. */
  #foreignMs = 0;
  #grid: MediaGrid | undefined;

  constructor(options: AlignerOptions) {
    this.#options = options;
  }

  take(event: TrackSamples, { steadyMs: nowMs, wallMs }: TakenAt): void {
    if (this.#state === 'unusable') return;
    const lane = this.#laneOf(event, nowMs);
    const quietMs = nowMs - this.#heardAtMs;
    this.#heardAtMs = nowMs;
    if (lane === undefined) {
      this.#foreignMs += Math.min(quietMs, REPLACED_PAUSE_MS_MAX);
      if (this.#foreignMs > REPLACED_MS) this.#giveUp(renditionsChanged());
      return;
    }
    this.#foreignMs = 0;
    lane.hold(event, wallMs);
    if (this.#state === 'gathering') {
      lane.dropTorn();
      this.#tryBegin(nowMs);
    }
    if (this.#state === 'running') this.#run();
    this.#checkLimits();
  }

  /** Another publisher is on air: its tracks are its own, and nothing that it sends follows on a picture of the last one's. */
  publisherChanged(): void {
    if (this.#state === 'unusable') return;
    this.#lanes.clear();
    this.#leftOut.clear();
    this.#foreignMs = 0;
    this.#state = 'gathering';
  }

  poll(): AlignerOutput | undefined {
    return this.#outputs.shift();
  }

  /** The lane of a track, a new one for one that is new. `undefined`: viewers do not get it. */
  #laneOf({ trackName, track }: TrackSamples, nowMs: number): TrackLane | undefined {
    const known = this.#lanes.get(trackName);
    if (known !== undefined && isSameTrack(known.track, track)) return known;
    if (known === undefined) {
      if (this.#state === 'running') return this.#leaveOut(trackName, 'it came after the broadcast had begun');
      if (this.#leftOut.has(trackName)) return;
      if (this.#lanes.size >= RENDITIONS_MAX) return this.#leaveOut(trackName, `there are ${RENDITIONS_MAX} others`);
    }
    const lane = new TrackLane(trackName, track);
    this.#lanes.set(trackName, lane);
    this.#newestTrackAtMs = nowMs;
    // What it was has ended: all of them begin again.
    this.#state = 'gathering';
    return lane;
  }

  #leaveOut(trackName: string, why: string): undefined {
    if (this.#leftOut.has(trackName)) return;
    // Names are the publisher's: it may have any number of them.
    if (this.#leftOut.size < RENDITIONS_MAX) this.#leftOut.add(trackName);
    this.#outputs.push({ kind: 'warning', warning: trackLeftOut(trackName, why) });
  }

  #tryBegin(nowMs: number): void {
    if (nowMs - this.#newestTrackAtMs < SETTLE_MS || nowMs < this.#lookAtMs) return;
    this.#lookAtMs = nowMs + LOOK_EVERY_MS;
    const lanes = this.#chosen();
    if (lanes.some(({ held }) => held.length === 0)) return;
    const continues = this.#options.continued();
    const frameRate = continues === undefined ? this.#frameRate(lanes) : this.#keptRate(lanes, continues.description);
    if (frameRate === undefined) return;
    const profile = continues?.description.profile ?? this.#options.profile;
    const grid = mediaGrid(profile, frameRate);
    const described = describeTracks(lanes, { grid, bitrateBpsMax: this.#options.bitrateBpsMax });
    if (continues === undefined) this.#begin({ grid, described });
    else this.#goOn({ grid, described }, continues);
  }

  /** Viewers get one sound: those who choose a language are for another time. */
  #chosen(): TrackLane[] {
    const [sound, ...others] = [...this.#lanes.values()].filter(({ track }) => track.kind === 'audio');
    for (const { name } of others) this.#dismiss(name, 'a broadcast has one sound');
    const pictures = [...this.#lanes.values()].filter(({ track }) => track.kind === 'video');
    return sound === undefined ? pictures : [...pictures, sound];
  }

  #dismiss(trackName: string, why: string): void {
    this.#lanes.delete(trackName);
    this.#leaveOut(trackName, why);
  }

  #frameRate(lanes: readonly TrackLane[]): FrameRate | undefined {
    const rates: FrameRate[] = [];
    for (const { track, held } of lanes) {
      if (track.kind === 'audio') continue;
      const rate = pictureRate(held, track.timescaleHz);
      if (rate === undefined) return undefined;
      if (rate === 'none') return this.#giveUp(rateUnknown());
      if (!rates.some(({ num, den }) => num === rate.num && den === rate.den)) rates.push(rate);
    }
    return rates.length > 1 ? this.#giveUp(ratesDiffer(rates)) : rates[0];
  }

  /** A broadcast that goes on keeps its rate: what is measured again, on less, is never quite the same. */
  #keptRate(lanes: readonly TrackLane[], { frameRate }: BroadcastDescription): FrameRate | undefined {
    const verdicts = lanes
      .filter(({ track }) => track.kind === 'video')
      .map(({ held, track }) => isAtRate(held, track.timescaleHz, frameRate));
    if (verdicts.includes(false)) return this.#giveUp(renditionsChanged());
    return verdicts.includes(undefined) ? undefined : frameRate;
  }

  #begin({ grid, described }: Gathered): void {
    const lanes = described.map(({ lane }) => lane);
    const start = this.#start(grid, lanes, 0);
    if (start === undefined) return;
    const renditions = described.map(({ rendition }) => rendition);
    const { profile, frameRate } = grid;
    const description = { profile, frameRate, startedAtMs: startedAtMs(lanes, start.startS), renditions };
    this.#place({ grid, described, start, part: 0 }, description);
  }

  #goOn({ grid, described }: Gathered, continues: ContinuedBroadcast): void {
    const { description } = continues;
    const kept = keptLanes(described, description);
    if (kept === undefined) {
      this.#giveUp(renditionsChanged());
      return;
    }
    const lanes = kept.map(({ lane }) => lane);
    for (const { lane } of described) {
      if (!lanes.includes(lane)) this.#dismiss(lane.name, 'the broadcast began without it');
    }
    const made = { ...description, renditions: kept.map(({ rendition }) => rendition) };
    const first = this.#start(grid, lanes, 0);
    if (first === undefined) return;
    const sinceStartS = (startedAtMs(lanes, first.startS) - description.startedAtMs) / 1_000;
    const part = beginPart({ grid, made, continues, sinceStartS });
    // Where the sound's frame lies on the grid is known only with the part.
    const start = this.#start(grid, lanes, soundLeadS(grid, part));
    if (start !== undefined) this.#place({ grid, described: kept, start, part }, made);
  }

  #start(grid: MediaGrid, lanes: readonly TrackLane[], leadS: number): CommonStart | undefined {
    const start = commonStart({ lanes, frameRate: grid.frameRate, soundLeadS: leadS });
    const unfit = start?.gopFrames.find((frames) => grid.framesPerSegment % frames !== 0);
    return unfit === undefined ? start : this.#giveUp(gopUnfit(grid, unfit));
  }

  #place({ grid, described, start, part }: Placed, description: BroadcastDescription): void {
    for (const { lane, rendition } of described) {
      const frame = framesBeforePart(rendition, grid, part);
      lane.begin({ index: start.indexes.get(lane) ?? 0, frame, renditionId: rendition.id, grid });
    }
    const { msn, partIndex } = partPlace(grid, part);
    const next = Object.fromEntries(description.renditions.map(({ id }) => [id, { msn, partIndex }]));
    this.#outputs.push({ kind: 'broadcast', encoded: { description, next } });
    this.#grid = grid;
    this.#state = 'running';
  }

  /** All that is held and due, in the order of its time. */
  #run(): void {
    for (;;) {
      const [lane] = [...this.#lanes.values()]
        .filter(({ held }) => held.length > 0)
        .sort((one, other) => one.dueS - other.dueS);
      if (lane === undefined || !this.#runOne(lane)) return;
    }
  }

  /** `false`: it does not go on so. */
  #runOne(lane: TrackLane): boolean {
    switch (lane.fit()) {
      case 'known':
        lane.dropBefore(1);
        return true;
      case 'due':
        return this.#passOn(lane);
      default:
        this.#tear();
        return false;
    }
  }

  /** Something is missing: all of them begin again, with what lies behind it. */
  #tear(): void {
    this.#state = 'gathering';
    this.#outputs.push({ kind: 'warning', warning: tracksTorn() });
    for (const lane of this.#lanes.values()) lane.dropTorn();
  }

  #passOn(lane: TrackLane): boolean {
    const grid = this.#grid;
    if (grid === undefined) return false;
    const isSegmentStart = lane.track.kind === 'video' && lane.dueFrame % grid.framesPerSegment === 0;
    if (isSegmentStart && lane.held[0]?.isKeyframe !== true) {
      this.#giveUp(keyframeMissing(grid));
      return false;
    }
    const frame = lane.takeFrame();
    if (frame !== undefined) this.#outputs.push({ kind: 'frame', frame });
    return frame !== undefined;
  }

  #checkLimits(): void {
    const lanes = [...this.#lanes.values()];
    if (this.#state === 'running') {
      const [last] = lanes.toSorted((one, other) => one.dueS - other.dueS);
      const aheadS = Math.max(...lanes.map(({ dueS }) => dueS));
      if (last !== undefined && aheadS - last.dueS > BEHIND_S_MAX) this.#giveUp(trackStopped(last.name));
    } else if (this.#state === 'gathering') this.#checkGathered(lanes);
  }

  #checkGathered(lanes: readonly TrackLane[]): void {
    const crowded = lanes.find(({ held }) => held.length > GATHERED_SAMPLES_MAX);
    if (crowded !== undefined) this.#giveUp(samplesTooShort(crowded.name));
    const isTorn = lanes.some(({ tornS }) => tornS > 0);
    const gatheredS = Math.max(...lanes.map(({ heldS, tornS }) => heldS + tornS));
    const keptBytes = lanes.reduce((sum, each) => sum + each.keptBytes, 0);
    const isTooLong = gatheredS > (isTorn ? GATHERED_TORN_S_MAX : GATHERED_S_MAX);
    if (!isTooLong && keptBytes <= GATHERED_BYTES_MAX) return;
    const silent = lanes.find(({ held }) => held.length === 0);
    if (silent !== undefined) this.#giveUp(trackStopped(silent.name));
    else this.#giveUp(isTorn ? neverWhole() : neverTogether());
  }

  #giveUp(warning: HealthWarning): undefined {
    if (this.#state === 'unusable') return;
    this.#state = 'unusable';
    for (const lane of this.#lanes.values()) lane.clear();
    this.#outputs.push({ kind: 'unusable', warning });
  }
}

interface Gathered {
  readonly grid: MediaGrid;
  readonly described: readonly DescribedLane[];
}

interface Placed {
  readonly grid: MediaGrid;
  readonly described: readonly DescribedLane[];
  readonly start: CommonStart;
  readonly part: number;
}

import type { TrackSamples } from '../media/encoded-track.ts';
import type { PublishedEvent } from '../media/source.ts';
import type { SrtFigures } from '../srt/srt-figures.ts';
import { ArrivalEvenness } from './arrival-evenness.ts';
import { BitrateSteadiness } from './bitrate-steadiness.ts';
import { DelayFloor } from './delay-floor.ts';
import { DriftWatch } from './drift-watch.ts';
import {
  avDrift,
  type HealthWarning,
  highLoss,
  sourceAbovePlan,
  unstableBitrate,
  unstableConnection,
} from './health-warning.ts';
import { Lasting } from './lasting.ts';
import { LossWindow } from './loss-window.ts';
import { PicturePace } from './picture-pace.ts';
import type { Arrival, SourceFigures } from './source-figures.ts';

const LOOK_EVERY_MS = 1_000;
export const FIGURES_EVERY_MS = 10_000;
/** People notice sound that is 45 ms early or 125 ms late (ITU-R BT.1359-1); this is beyond any doubt. */
const DRIFT_MS_MAX = 200;
const DRIFT_FOR_MS = 10_000;
/** Of what ends a publisher: the rest is for what the bitrate of an encoder does by itself. */
const PLAN_RATIO_MAX = 0.8;
/** Two figures in a row: a relay that begins with what it holds, or a stall caught up, is not how it goes on. */
const PLAN_FOR_MS = FIGURES_EVERY_MS / 2;
/** SRT repairs this much easily; more of it shows when something else comes on top. */
const LOSS_RATIO_MAX = 0.02;
const LOSS_FOR_MS = 10_000;
/** Held back by us for longer than this, what comes late is no fault of the publisher's. */
const HELD_MS_MAX = 250;

/** What the console and the control API take; a publisher whose numbers are beyond has other troubles. */
const FPS_MAX = 1_000;
const BITRATE_BPS_MAX = 1_000_000_000;
const KEYFRAME_INTERVAL_MS_MAX = 24 * 3_600_000;
const DRIFT_TOLD_MS_MAX = 3_600_000;
const RTT_MS_MAX = 600_000;

export type HealthNotice =
  | { readonly kind: 'figures'; readonly figures: SourceFigures }
  | { readonly kind: 'warning'; readonly warning: HealthWarning };

export interface SourceHealthOptions {
  /** What the channel allows: above it the publisher is cut off. */
  readonly bitrateBpsMax: number;
  readonly nowMs: number;
}

/** How one publisher's source arrives: figures of each ten seconds, and what is wrong as long as it is. */
export class SourceHealth {
  readonly #bitrateBpsMax: number;
  readonly #pace = new PicturePace();
  readonly #floors = { video: new DelayFloor(), audio: new DelayFloor() };
  readonly #steadiness = new BitrateSteadiness();
  readonly #evenness = new ArrivalEvenness();
  readonly #drift: DriftWatch;
  readonly #isAdrift = new Lasting(DRIFT_FOR_MS);
  readonly #loss = new LossWindow();
  readonly #isLossy = new Lasting(LOSS_FOR_MS);
  readonly #isAbovePlan = new Lasting(PLAN_FOR_MS);
  readonly #notices: HealthNotice[] = [];
  #lookAtMs: number;
  #figuresAtMs: number;
  #windowAtMs: number;
  #windowBytes = 0;
  /** Of tracks that come encoded: the one whose pictures are counted. */
  #pacedTrack: string | undefined;
  #driftMs: number | undefined;
  #rttMs: number | undefined;
  #linkAtMs = Number.NEGATIVE_INFINITY;
  #heldAtMs: number | undefined;

  constructor({ bitrateBpsMax, nowMs }: SourceHealthOptions) {
    this.#bitrateBpsMax = bitrateBpsMax;
    this.#lookAtMs = nowMs + LOOK_EVERY_MS;
    this.#figuresAtMs = nowMs + FIGURES_EVERY_MS;
    this.#windowAtMs = nowMs;
    this.#drift = new DriftWatch({ picture: this.#floors.video, sound: this.#floors.audio, nowMs });
  }

  /** When advance() has something to do. */
  get deadlineMs(): number {
    return this.#lookAtMs;
  }

  /** Something that the publisher sent, before anything was done with it. */
  take(event: PublishedEvent, nowMs: number): void {
    if (event.kind === 'samples') this.#takeSamples(event, nowMs);
    if (event.kind !== 'video' && event.kind !== 'audio') return;
    const { kind, isKeyframe, payload } = event;
    this.#windowBytes += payload.length;
    const arrival: Arrival = { kind, isKeyframe, sizeBytes: payload.length, dtsMs: event.dtsUs / 1_000, nowMs };
    // Such a packet is dropped further on.
    if (!Number.isFinite(arrival.dtsMs)) return;
    this.#follow(arrival);
  }

  /** How its connection does, about once a second. */
  link(figures: SrtFigures, nowMs: number): void {
    this.#linkAtMs = nowMs;
    this.#rttMs = figures.rttMs;
    this.#loss.add(figures);
    const { ratio } = this.#loss;
    const isAbove = ratio !== undefined && ratio > LOSS_RATIO_MAX;
    if (this.#isLossy.holds(isAbove, nowMs) && ratio !== undefined) this.#warn(highLoss(ratio));
  }

  /** It is held back, because we are too slow. */
  hold(nowMs: number): void {
    this.#heldAtMs ??= nowMs;
  }

  /** And no longer. */
  release(nowMs: number): void {
    if (this.#heldAtMs !== undefined && nowMs - this.#heldAtMs > HELD_MS_MAX) {
      this.#steadiness.clear();
      this.#evenness.clear();
    }
    this.#heldAtMs = undefined;
  }

  /** Does what the time has come for. Since the last time this process was held up for so long at most. */
  advance(nowMs: number, ownLagMs: number): void {
    if (nowMs < this.#lookAtMs) return;
    this.#lookAtMs = nextMoment(this.#lookAtMs, LOOK_EVERY_MS, nowMs);
    this.#look(nowMs, ownLagMs);
    if (nowMs >= this.#figuresAtMs) this.#closeWindow(nowMs);
  }

  /** The next thing worth telling. A warning is told again as long as there is a reason for it. */
  poll(): HealthNotice | undefined {
    return this.#notices.shift();
  }

  /**
   * Of tracks that come encoded: how much in all, and the pace of one with pictures. They come in pieces of up to a
   * segment, so how evenly they arrive says nothing.
   */
  #takeSamples({ trackName, track, samples }: TrackSamples, nowMs: number): void {
    if (track.kind === 'video') this.#pacedTrack ??= trackName;
    for (const { timeTicks, payload, isKeyframe } of samples) {
      const sizeBytes = payload.length;
      this.#windowBytes += sizeBytes;
      if (trackName !== this.#pacedTrack) continue;
      const dtsMs = (timeTicks / track.timescaleHz) * 1_000;
      this.#pace.picture({ kind: 'video', isKeyframe, sizeBytes, dtsMs, nowMs }, false);
    }
  }

  #follow(arrival: Arrival): void {
    const { kind, sizeBytes, dtsMs, nowMs } = arrival;
    const lateMs = this.#floors[kind].take(dtsMs, nowMs);
    if (lateMs === undefined) this.#drift.jumped(nowMs);
    // Sound is a small and constant part, and says nothing that the picture does not.
    if (kind !== 'video') return;
    this.#pace.picture(arrival, lateMs === undefined);
    this.#steadiness.add({ sizeBytes, lateMs: lateMs ?? 0, nowMs });
    if (lateMs === undefined) this.#evenness.clear();
    this.#evenness.picture(dtsMs, nowMs);
  }

  #look(nowMs: number, ownLagMs: number): void {
    if (this.#evenness.close(ownLagMs)) this.#warn(unstableConnection());
    if (this.#steadiness.isUnstable(nowMs)) this.#warn(unstableBitrate());
    const driftMs = this.#drift.look(nowMs);
    this.#driftMs = driftMs;
    const isAbove = driftMs !== undefined && Math.abs(driftMs) > DRIFT_MS_MAX;
    if (this.#isAdrift.holds(isAbove, nowMs) && driftMs !== undefined) this.#warn(avDrift(driftMs));
  }

  #closeWindow(nowMs: number): void {
    const bitrateBps = (this.#windowBytes * 8_000) / (nowMs - this.#windowAtMs);
    this.#figuresAtMs = nextMoment(this.#figuresAtMs, FIGURES_EVERY_MS, nowMs);
    this.#windowAtMs = nowMs;
    this.#windowBytes = 0;
    this.#notices.push({ kind: 'figures', figures: this.#figures(bitrateBps, nowMs) });
    const advisedBps = PLAN_RATIO_MAX * this.#bitrateBpsMax;
    if (!this.#isAbovePlan.holds(bitrateBps > advisedBps, nowMs)) return;
    this.#warn(sourceAbovePlan(bitrateBps, { maxBps: this.#bitrateBpsMax, advisedBps }));
  }

  #figures(bitrateBps: number, nowMs: number): SourceFigures {
    const { fps, keyframeIntervalMs } = this.#pace.close(nowMs);
    const driftMs = this.#driftMs;
    // A connection of which nothing was told lately is no more.
    const isLinked = nowMs - this.#linkAtMs <= FIGURES_EVERY_MS;
    const rttMs = isLinked ? this.#rttMs : undefined;
    const lossRatio = isLinked ? this.#loss.ratio : undefined;
    return {
      fps: Math.min(FPS_MAX, rounded(fps, 100)),
      bitrateBps: Math.min(BITRATE_BPS_MAX, Math.round(bitrateBps)),
      ...(keyframeIntervalMs !== undefined && {
        keyframeIntervalMs: Math.min(KEYFRAME_INTERVAL_MS_MAX, Math.round(keyframeIntervalMs)),
      }),
      ...(driftMs !== undefined && {
        driftMs: Math.max(-DRIFT_TOLD_MS_MAX, Math.min(DRIFT_TOLD_MS_MAX, rounded(driftMs, 10))),
      }),
      ...(rttMs !== undefined && { rttMs: Math.min(RTT_MS_MAX, rounded(rttMs, 10)) }),
      ...(lossRatio !== undefined && { lossRatio: rounded(lossRatio, 10_000) }),
    };
  }

  #warn(warning: HealthWarning): void {
    this.#notices.push({ kind: 'warning', warning });
  }
}

/** The next of moments that lie so far apart. Who comes late to one is in time for the next. */
function nextMoment(dueMs: number, everyMs: number, nowMs: number): number {
  return dueMs + (Math.floor((nowMs - dueMs) / everyMs) + 1) * everyMs;
}

function rounded(value: number, perUnit: number): number {
  return Math.round(value * perUnit) / perUnit;
}

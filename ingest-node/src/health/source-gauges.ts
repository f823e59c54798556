import type { ChannelId } from '@sluice/contracts';
import type { Metrics } from '../operations/metrics.ts';
import type { PaceFigures } from './node-pace.ts';
import type { SourceFigures } from './source-figures.ts';

const MS_PER_S = 1_000;

/** One broadcast's share of the gauges that are labelled by channel. They are there while it lives. */
export class SourceGauges {
  readonly #metrics: Metrics;
  readonly #labels: { readonly channel: string };
  #isClosed = false;

  constructor(metrics: Metrics, channelId: ChannelId) {
    this.#metrics = metrics;
    this.#labels = { channel: channelId };
  }

  show(figures: SourceFigures, { encodeSpeed }: PaceFigures): void {
    const { fps, bitrateBps, keyframeIntervalMs, driftMs, rttMs, lossRatio } = figures;
    const { source, encodeSpeed: speed } = this.#metrics;
    this.#set(speed, encodeSpeed);
    this.#set(source.fps, fps);
    this.#set(source.bitrate, bitrateBps);
    this.#set(source.keyframeInterval, inSeconds(keyframeIntervalMs));
    this.#set(source.drift, inSeconds(driftMs));
    this.#set(source.rtt, inSeconds(rttMs));
    this.#set(source.loss, lossRatio);
  }

  showEncodeLag(lagMs: number): void {
    this.#set(this.#metrics.encodeLag, lagMs / MS_PER_S);
  }

  /** Another broadcast of the channel may use them from here on. */
  close(): void {
    this.#isClosed = true;
    const { source, encodeLag, encodeSpeed } = this.#metrics;
    for (const gauge of [...Object.values(source), encodeLag, encodeSpeed]) gauge.remove(this.#labels);
  }

  /** What cannot be told has no value, rather than the one of some time ago. */
  #set(gauge: Metrics['encodeLag'], value: number | undefined): void {
    if (this.#isClosed) return;
    if (value === undefined) gauge.remove(this.#labels);
    else gauge.set(this.#labels, value);
  }
}

function inSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / MS_PER_S;
}

import { type ChannelId, RESTREAM_STATES, type RestreamStatus } from '@sluice/contracts';
import type { Metrics } from '../operations/metrics.ts';

/** One target's share of the metrics, while its push lives. */
export class RestreamGauges {
  readonly #metrics: Metrics['restream'];
  readonly #labels: { readonly channel: string; readonly target: string };
  #shown: RestreamStatus['state'] | undefined;

  constructor(metrics: Metrics, channelId: ChannelId, targetId: string) {
    this.#metrics = metrics.restream;
    this.#labels = { channel: channelId, target: targetId };
    for (const state of RESTREAM_STATES) this.#metrics.pushes.inc({ state }, 0);
  }

  show({ state, reason, bitrateBps, sentBytes, droppedPackets }: RestreamStatus): void {
    if (state === 'failing' && this.#shown !== 'failing')
      this.#metrics.failures.inc({ reason: reason ?? 'unreachable' });
    this.#count(state);
    this.#metrics.live.set(this.#labels, state === 'live' ? 1 : 0);
    this.#metrics.bitrate.set(this.#labels, bitrateBps);
    this.#metrics.sentBytes.set(this.#labels, sentBytes);
    this.#metrics.droppedPackets.set(this.#labels, droppedPackets);
  }

  close(): void {
    this.#count(undefined);
    const { live, bitrate, sentBytes, droppedPackets } = this.#metrics;
    for (const gauge of [live, bitrate, sentBytes, droppedPackets]) gauge.remove(this.#labels);
  }

  #count(state: RestreamStatus['state'] | undefined): void {
    if (this.#shown !== undefined) this.#metrics.pushes.dec({ state: this.#shown });
    if (state !== undefined) this.#metrics.pushes.inc({ state });
    this.#shown = state;
  }
}

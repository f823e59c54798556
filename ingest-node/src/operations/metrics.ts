import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DelayWindow } from './delay-window.ts';

/** Delays of the publish path lie between a millisecond and some seconds. */
const DELAY_BUCKETS_S = [0.002, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2];

/**
 * Everything `/metrics` tells. No label carries a key or an address: their number has no bound, and a metrics store is
 * no place for a secret. The gauges of a source are labelled by channel, by its public id, and those of restream targets
 * by these, too: there are as many as there are live broadcasts and their targets, and they go when these end.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly connections = this.#gauge('sluice_ingest_connections', 'Open publisher connections, by protocol', [
    'protocol',
  ]);
  readonly broadcasts = this.#gauge('sluice_ingest_broadcasts', 'Broadcasts this node holds, by state', ['state']);
  readonly transcoderMemory = this.#gauge(
    'sluice_ingest_transcoder_memory_bytes',
    'Memory of the transcoders of live broadcasts: resident, and of it the JavaScript heap and the buffers beside it',
    ['kind'],
  );
  readonly transcoderRestarts = this.#counter(
    'sluice_ingest_transcoder_restarts_total',
    'Transcoders that died and were started anew',
    [],
  );
  readonly publishesRefused = this.#counter('sluice_ingest_publishes_refused_total', 'Refused publishers, by reason', [
    'code',
  ]);
  readonly receivedBytes = this.#counter('sluice_ingest_received_bytes_total', 'Media bytes from publishers', []);
  readonly warnings = this.#counter('sluice_ingest_warnings_total', 'Warnings about what publishers send', ['code']);
  readonly source = {
    fps: this.#channelGauge('sluice_ingest_source_fps', 'Pictures a second that come from the publisher on air'),
    bitrate: this.#channelGauge('sluice_ingest_source_bitrate_bps', 'Bitrate of its picture and sound'),
    keyframeInterval: this.#channelGauge(
      'sluice_ingest_source_keyframe_interval_seconds',
      'Longest time between two keyframes of the last ten seconds',
    ),
    drift: this.#channelGauge(
      'sluice_ingest_source_drift_seconds',
      'How much later the sound is against the picture than at the start',
    ),
    rtt: this.#channelGauge('sluice_ingest_source_rtt_seconds', 'Round trip time of an SRT publisher'),
    loss: this.#channelGauge(
      'sluice_ingest_source_loss_ratio',
      'Packets of an SRT publisher that were lost on the way, repaired or not, of all',
    ),
  };
  readonly encodeLag = this.#channelGauge(
    'sluice_ingest_encode_lag_seconds',
    'How far the slowest encoder is behind real time',
  );
  readonly encodeSpeed = this.#channelGauge(
    'sluice_ingest_encode_speed_ratio',
    'Seconds of media that the slowest encoder made in a second of work, over the last ten seconds',
  );
  readonly partsStored = this.#counter('sluice_ingest_parts_stored_total', 'Parts whose PUT was confirmed', []);
  readonly putsRepeated = this.#counter('sluice_ingest_puts_repeated_total', 'PUTs that storage did not take', []);
  readonly partsLost = this.#counter('sluice_ingest_parts_lost_total', 'Parts announced as a gap', []);
  readonly imagesLost = this.#counter(
    'sluice_ingest_images_lost_total',
    'Thumbnails and sprites that were given up for media, or that storage did not take',
    [],
  );
  readonly renditionsShed = this.#gauge(
    'sluice_ingest_renditions_shed',
    'Renditions that are not stored for now, because the line to storage is too thin for all',
    [],
  );
  readonly renditionsResting = this.#gauge(
    'sluice_ingest_renditions_resting',
    'Renditions of channels on demand that nobody watches, by what they are spared',
    ['from'],
  );
  readonly storedBytes = this.#counter('sluice_ingest_stored_bytes_total', 'Bytes put into the bucket', []);
  readonly putDelay = this.#histogram('sluice_ingest_put_seconds', 'From a part cut to its PUT confirmed');
  /** The same of the time since the last line of figures, for the worst of it: buckets do not tell that. */
  readonly recentPuts = new DelayWindow();
  readonly announceDelay = this.#histogram('sluice_ingest_announce_seconds', 'Round trip of an announcement');

  /** By target: its id, never where it is. */
  readonly restream = {
    pushes: this.#gauge('sluice_ingest_restream_pushes', 'Restream targets of live broadcasts, by how the push is', [
      'state',
    ]),
    failures: this.#counter('sluice_ingest_restream_failures_total', 'Pushes that failed, by reason', ['reason']),
    live: this.#targetGauge('sluice_ingest_restream_live', '1 where a target takes the source, else 0'),
    bitrate: this.#targetGauge('sluice_ingest_restream_bitrate_bps', 'What a target was sent in the last seconds'),
    sentBytes: this.#targetGauge('sluice_ingest_restream_sent_bytes', 'What a target was sent in this broadcast'),
    droppedPackets: this.#targetGauge(
      'sluice_ingest_restream_dropped_packets',
      'Packets that a target was too slow for in this broadcast',
    ),
  };

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  #gauge<const T extends string>(name: string, help: string, labelNames: readonly T[]): Gauge<T> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  #channelGauge(name: string, help: string): Gauge<'channel'> {
    return this.#gauge(name, help, ['channel']);
  }

  #targetGauge(name: string, help: string): Gauge<'channel' | 'target'> {
    return this.#gauge(name, help, ['channel', 'target']);
  }

  #counter<const T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: DELAY_BUCKETS_S, registers: [this.registry] });
  }
}

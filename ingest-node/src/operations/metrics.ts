import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Delays of the publish path lie between a millisecond and some seconds. */
const DELAY_BUCKETS_S = [0.002, 0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2];

/**
 * Everything `/metrics` tells. No label carries a channel, a key or an address: their number has no bound, and a
 * metrics store is no place for a secret.
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
  readonly partsStored = this.#counter('sluice_ingest_parts_stored_total', 'Parts whose PUT was confirmed', []);
  readonly putsRepeated = this.#counter('sluice_ingest_puts_repeated_total', 'PUTs that storage did not take', []);
  readonly partsLost = this.#counter('sluice_ingest_parts_lost_total', 'Parts announced as a gap', []);
  readonly storedBytes = this.#counter('sluice_ingest_stored_bytes_total', 'Bytes put into the bucket', []);
  readonly putDelay = this.#histogram('sluice_ingest_put_seconds', 'From a part cut to its PUT confirmed');
  readonly announceDelay = this.#histogram('sluice_ingest_announce_seconds', 'Round trip of an announcement');

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  #gauge<const T extends string>(name: string, help: string, labelNames: readonly T[]): Gauge<T> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  #counter<const T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: DELAY_BUCKETS_S, registers: [this.registry] });
  }
}

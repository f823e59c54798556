import type { ChannelId, IngestEvent, IngestProtocol } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { PublishedEvent } from '../media/source.ts';
import type { Metrics } from '../operations/metrics.ts';
import { DeadlineTimer } from '../server/deadline-timer.ts';
import type { SrtFigures } from '../srt/srt-figures.ts';
import type { TranscoderStats } from '../transcode/messages.ts';
import type { HealthWarning } from './health-warning.ts';
import { NodePace } from './node-pace.ts';
import { OwnLag } from './own-lag.ts';
import { SourceFacts } from './source-facts.ts';
import type { SourceFigures } from './source-figures.ts';
import { SourceGauges } from './source-gauges.ts';
import { SourceHealth } from './source-health.ts';
import { WarningGate } from './warning-gate.ts';

/** The code of a warning that a protocol only has a sentence for. */
const SENTENCE_ONLY = 'source';
/** What an event takes. A stream of many tracks that are of no use has a longer one. */
const SENTENCE_CHARACTERS_MAX = 300;

type OfHealth<T> = T extends { readonly kind: 'health-warning' | 'figures' }
  ? Omit<T, 'eventId' | 'atMs' | 'channelId' | 'broadcastId'>
  : never;
/** What the owner of a broadcast is told of its source, without what says of which broadcast, and when. */
export type HealthEvent = OfHealth<IngestEvent>;

export interface BroadcastHealthOptions {
  readonly channelId: ChannelId;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly tell: (event: HealthEvent) => void;
}

/** Who comes on air. */
export interface PublisherOnAir {
  readonly protocol: IngestProtocol;
  /** What the channel allows. */
  readonly ingestBitrateBpsMax: number;
}

/**
 * What a broadcast's streamers are told of what they send: in the metrics, the log and the events. Warnings come from
 * here, from the transcoder and from the publisher's protocol, and all go the same way.
 */
export class BroadcastHealth {
  readonly #options: BroadcastHealthOptions;
  readonly #gauges: SourceGauges;
  readonly #codes = new WarningGate();
  /** Apart: a publisher can make up more of them than are remembered. */
  readonly #sentences = new WarningGate();
  readonly #timer = new DeadlineTimer(clockMs, () => this.#advance());
  readonly #ownLag = new OwnLag();
  readonly #pace = new NodePace();
  #facts: SourceFacts | undefined;
  #source: SourceHealth | undefined;
  #isHeld = false;
  #isClosed = false;

  constructor(options: BroadcastHealthOptions) {
    this.#options = options;
    this.#gauges = new SourceGauges(options.metrics, options.channelId);
  }

  /** A publisher comes on air: what was measured of the one before is not its own. */
  onAir({ protocol, ingestBitrateBpsMax }: PublisherOnAir): void {
    // It may come just when its broadcast ends.
    if (this.#isClosed) return;
    this.#facts = new SourceFacts(protocol);
    this.#source = new SourceHealth({ bitrateBpsMax: ingestBitrateBpsMax, nowMs: clockMs() });
    if (this.#isHeld) this.#source.hold(clockMs());
    this.#timer.set(this.#source.deadlineMs);
  }

  /** What the publisher on air has just sent. */
  onEvent(event: PublishedEvent): void {
    this.#facts?.take(event);
    this.#source?.take(event, clockMs());
  }

  /** What it sent before it was on air. */
  onRemembered(event: PublishedEvent): void {
    this.#facts?.take(event);
  }

  /** How its SRT connection does. */
  onLink(figures: SrtFigures): void {
    this.#source?.link(figures, clockMs());
  }

  /** It is held back because we are too slow, or no longer. */
  onHeld(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (isHeld) this.#source?.hold(clockMs());
    else this.#source?.release(clockMs());
  }

  /** How the transcoder does. */
  onTranscoder(stats: Pick<TranscoderStats, 'encoders' | 'encodeLagMs' | 'sourceSize'>): void {
    this.#gauges.showEncodeLag(stats.encodeLagMs);
    this.#pace.encoded(stats);
    if (stats.sourceSize !== undefined) this.#facts?.decoded(stats.sourceSize);
  }

  onTranscoderExit(): void {
    this.#pace.transcoderGone();
  }

  /** A part was stored so long after it was cut. */
  onPartStored(lagMs: number): void {
    this.#pace.uploaded(lagMs);
  }

  /** The edge took so long to answer an announcement. */
  onAnnounced(lagMs: number): void {
    this.#pace.announced(lagMs);
  }

  /** A sentence of the publisher's protocol. */
  onSentence(sentence: string): void {
    this.onWarning({ code: SENTENCE_ONLY, sentence });
  }

  onWarning({ code, sentence }: HealthWarning): void {
    const { metrics, logger, tell } = this.#options;
    const cut = sentence.slice(0, SENTENCE_CHARACTERS_MAX);
    if (cut === '') return;
    const isOnlySentence = code === SENTENCE_ONLY;
    const gate = isOnlySentence ? this.#sentences : this.#codes;
    if (!gate.admits(isOnlySentence ? cut : code, clockMs())) return;
    metrics.warnings.inc({ code });
    logger.warn({ code, sentence: cut }, 'warning about the source');
    tell({ kind: 'health-warning', code, sentence: cut });
  }

  /** The broadcast ends: nothing more is measured, and its gauges go. */
  close(): void {
    this.#isClosed = true;
    this.#source = undefined;
    this.#timer.clear();
    this.#ownLag.close();
    this.#gauges.close();
  }

  #advance(): void {
    const source = this.#source;
    if (source === undefined) return;
    source.advance(clockMs(), this.#ownLag.takeMs());
    for (let notice = source.poll(); notice !== undefined; notice = source.poll()) {
      if (notice.kind === 'warning') this.onWarning(notice.warning);
      else this.#measured(notice.figures);
    }
    this.#timer.set(source.deadlineMs);
  }

  #measured(figures: SourceFigures): void {
    const pace = this.#pace.take();
    this.#gauges.show(figures, pace);
    this.#options.tell({ kind: 'figures', ...figures, ...this.#facts?.told, ...pace });
  }
}

function clockMs(): number {
  return performance.now();
}

import { elementIn, setText } from './page-elements.ts';
import type { Snapshot } from './snapshot.ts';
import { TRACE_INTERVAL_MS, Trace, traceScaleMs } from './trace.ts';
import { bitrate, fineSeconds } from './wording.ts';

/** The panel's ids begin with it. */
const ROW_ID = 'stat-';

/** The numbers behind the picture, with the last minute of buffer and, of what is live, of latency as lines. */
export class StatsPanel {
  readonly #panel: HTMLElement;
  readonly #toggle: HTMLButtonElement;
  readonly #latencyLine: SVGPolylineElement;
  readonly #bufferLine: SVGPolylineElement;
  readonly #scale: HTMLElement;
  readonly #latency = new Trace();
  readonly #buffer = new Trace();
  /** By what they tell: a recording has none of the live edge. */
  readonly #rows: ReadonlyMap<string, HTMLElement>;
  #tracedAtMs = 0;

  constructor(root: ShadowRoot) {
    this.#panel = elementIn(root, 'stats', HTMLElement);
    this.#toggle = elementIn(root, 'stats-toggle', HTMLButtonElement);
    this.#latencyLine = elementIn(root, 'trace-latency', SVGPolylineElement);
    this.#bufferLine = elementIn(root, 'trace-buffer', SVGPolylineElement);
    this.#scale = elementIn(root, 'trace-scale', HTMLElement);
    const cells = [...this.#panel.querySelectorAll<HTMLElement>('dd')];
    this.#rows = new Map(cells.map((cell) => [cell.id.slice(ROW_ID.length), cell]));
    this.#toggle.addEventListener('click', () => this.toggle());
    elementIn(root, 'stats-close', HTMLButtonElement).addEventListener('click', () => {
      this.toggle();
      this.#toggle.focus();
    });
  }

  toggle(): void {
    this.#panel.hidden = !this.#panel.hidden;
    this.#toggle.setAttribute('aria-pressed', String(!this.#panel.hidden));
  }

  show(snapshot: Snapshot): void {
    this.#trace(snapshot);
    if (this.#panel.hidden) return;
    const texts = rows(snapshot);
    for (const [name, cell] of this.#rows) setText(cell, texts[name] ?? '');
  }

  #trace(snapshot: Snapshot): void {
    const nowMs = performance.now();
    const isUnknown = snapshot.latencyMs === null && this.#rows.has('latency');
    if (nowMs - this.#tracedAtMs < TRACE_INTERVAL_MS || isUnknown) return;
    this.#tracedAtMs = nowMs;
    this.#latency.add(snapshot.latencyMs ?? undefined);
    this.#buffer.add(snapshot.bufferMs);
    if (this.#panel.hidden) return;
    const scaleMs = traceScaleMs(Math.max(this.#latency.max, this.#buffer.max));
    this.#latencyLine.setAttribute('points', this.#latency.points(scaleMs));
    this.#bufferLine.setAttribute('points', this.#buffer.points(scaleMs));
    setText(this.#scale, `${scaleMs / 1000} s`);
  }
}

function rows(snapshot: Snapshot): Record<string, string> {
  const { widthPx, heightPx, rendition, clockUncertaintyMs } = snapshot;
  const size = widthPx > 0 ? `${widthPx}×${heightPx}` : '';
  return {
    latency: fineSeconds(snapshot.latencyMs ?? undefined),
    target: fineSeconds(snapshot.targetLatencyMs ?? undefined),
    buffer: fineSeconds(snapshot.bufferMs),
    rate: `${snapshot.playbackRate.toFixed(2)}×`,
    rendition: [rendition, size, snapshot.isAutoQuality ? 'auto' : 'chosen'].filter(Boolean).join(' · '),
    bitrate: bitrate(snapshot.bitrateBps ?? undefined),
    bandwidth: bitrate(snapshot.bandwidthBps ?? undefined),
    dropped: `${snapshot.droppedFrames} of ${snapshot.decodedFrames}`,
    stalls: snapshot.stalls === 0 ? '0' : `${snapshot.stalls}, ${fineSeconds(snapshot.stalledMs)} in all`,
    clock: clockUncertaintyMs === null ? 'not known' : `± ${Math.max(1, Math.round(clockUncertaintyMs))} ms`,
    broadcast: snapshot.broadcastId ?? '–',
    engine: snapshot.engine ?? '–',
  };
}

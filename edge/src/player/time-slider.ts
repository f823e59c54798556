import { elementIn, setText } from './page-elements.ts';
import { soughtByKey, type TimeSpan } from './seek-keys.ts';
import type { TimePreview } from './time-preview.ts';

/** The handle's width, by which the ends of the slider's way are inside of its own (time-slider.css). */
const HANDLE_PX = 14;
const PREVIEW_MARGIN_PX = 8;

export interface TimeSliderOptions {
  readonly root: ShadowRoot;
  /** Its end: then it listens to nothing any more. */
  readonly signal: AbortSignal;
  /** The viewer wants to see this time. */
  onSeek(toMs: number): void;
  /** A time for people who listen: `42 seconds behind live`. */
  spoken(timeMs: number, span: TimeSpan): string;
  /** The same over the slider: `−0:42`. */
  label(timeMs: number, span: TimeSpan): string;
  /** The pictures; loaded when somebody comes near. */
  loadPreview(): Promise<TimePreview | undefined>;
  /** Since the broadcast's start, as pictures are named. */
  pictureMs(timeMs: number): number;
}

/** What the slider stands at. */
export interface TimeReading extends TimeSpan {
  /** What is loaded already ends here. */
  readonly bufferedToMs: number;
}

/** The seek bar: a native slider over a drawn track, with a picture of the time under the pointer. */
export class TimeSlider {
  readonly #options: TimeSliderOptions;
  readonly #bar: HTMLElement;
  readonly #slider: HTMLInputElement;
  readonly #preview: HTMLElement;
  readonly #previewTime: HTMLElement;
  #reading: TimeReading | undefined;
  #pictures: Promise<TimePreview | undefined> | undefined;
  #isDragged = false;

  constructor(options: TimeSliderOptions) {
    this.#options = options;
    const { root } = options;
    this.#bar = elementIn(root, 'time-bar', HTMLElement);
    this.#slider = elementIn(root, 'time', HTMLInputElement);
    this.#preview = elementIn(root, 'time-preview', HTMLElement);
    this.#previewTime = elementIn(root, 'time-preview-time', HTMLElement);
    this.#slider.addEventListener('pointerdown', () => this.#dragBegins());
    this.#slider.addEventListener('input', () => this.#dragged());
    this.#slider.addEventListener('change', () => this.#dropped());
    // A press that moved nothing is no change; one that did is told of after this.
    this.#slider.addEventListener('pointerup', () => setTimeout(() => this.#isDragged && this.#left()));
    for (const event of ['pointercancel', 'blur']) this.#slider.addEventListener(event, () => this.#left());
    this.#slider.addEventListener('pointermove', (event) => this.#hovered(event));
    this.#slider.addEventListener('pointerleave', () => this.#isDragged || this.#left());
    this.#slider.addEventListener('focus', () => void this.#loadPictures());
    this.#slider.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Somebody has it under the finger. */
  get isDragged(): boolean {
    return this.#isDragged;
  }

  /** `undefined`: there is nothing to seek in, and it is not there. */
  show(reading: TimeReading | undefined): void {
    this.#reading = reading;
    this.#bar.hidden = reading === undefined;
    if (reading === undefined) this.#left();
    else if (!this.#isDragged) this.#draw(reading);
  }

  /** Those of another broadcast are wanted from now on. */
  forgetPictures(): void {
    this.#pictures = undefined;
  }

  /** As an arrow key on it does, from wherever it was pressed. */
  step(key: string): void {
    const toMs = this.#reading && soughtByKey(key, this.#reading);
    if (toMs !== undefined) this.#options.onSeek(toMs);
  }

  /** Seconds from the slider's end: of a live window both of its ends go on with the time. */
  #draw(reading: TimeReading): void {
    const { startMs, endMs, nowMs, bufferedToMs } = reading;
    const seconds = (timeMs: number) => String(Math.round((timeMs - endMs) / 100) / 10);
    const slider = this.#slider;
    if (slider.min !== seconds(startMs)) slider.min = seconds(startMs);
    if (slider.value !== seconds(nowMs)) slider.value = seconds(nowMs);
    const spoken = this.#options.spoken(nowMs, reading);
    if (slider.getAttribute('aria-valuetext') !== spoken) slider.setAttribute('aria-valuetext', spoken);
    const share = (timeMs: number) => `${(Math.min(1, Math.max(0, shareOf(timeMs, reading))) * 100).toFixed(2)}%`;
    this.#bar.style.setProperty('--played', share(nowMs));
    this.#bar.style.setProperty('--buffered', share(bufferedToMs));
  }

  #dragBegins(): void {
    this.#isDragged = true;
    this.#bar.dataset.dragged = 'true';
  }

  #dragged(): void {
    const toMs = this.#valueMs;
    const reading = this.#reading;
    if (toMs === undefined || reading === undefined) return;
    this.#bar.style.setProperty('--played', `${shareOf(toMs, reading) * 100}%`);
    this.#slider.setAttribute('aria-valuetext', this.#options.spoken(toMs, reading));
    this.#showPreview(toMs);
  }

  #dropped(): void {
    const toMs = this.#valueMs;
    this.#left();
    if (toMs !== undefined) this.#options.onSeek(toMs);
  }

  #left(): void {
    this.#isDragged = false;
    delete this.#bar.dataset.dragged;
    this.#preview.hidden = true;
    void this.#pictures?.then((pictures) => this.#preview.hidden && pictures?.hide());
  }

  #hovered(event: PointerEvent): void {
    // A finger does not hover; what it drags comes as input.
    if (event.pointerType !== 'mouse' || this.#isDragged || this.#reading === undefined) return;
    const { left, width } = this.#slider.getBoundingClientRect();
    const share = (event.clientX - left - HANDLE_PX / 2) / (width - HANDLE_PX);
    const { startMs, endMs } = this.#reading;
    this.#showPreview(startMs + Math.min(1, Math.max(0, share)) * (endMs - startMs));
  }

  #showPreview(timeMs: number): void {
    const reading = this.#reading;
    if (reading === undefined) return;
    this.#preview.hidden = false;
    setText(this.#previewTime, this.#options.label(timeMs, reading));
    this.#placePreview(shareOf(timeMs, reading));
    void this.#loadPictures().then((pictures) => {
      if (this.#preview.hidden) return;
      pictures?.show(this.#options.pictureMs(timeMs));
      this.#placePreview(shareOf(timeMs, reading));
    });
  }

  #placePreview(share: number): void {
    const barPx = this.#bar.clientWidth;
    const halfPx = this.#preview.offsetWidth / 2;
    const atPx = HANDLE_PX / 2 + share * (barPx - HANDLE_PX);
    const leftPx = Math.min(barPx - halfPx - PREVIEW_MARGIN_PX, Math.max(halfPx + PREVIEW_MARGIN_PX, atPx));
    this.#preview.style.left = `${leftPx}px`;
  }

  #loadPictures(): Promise<TimePreview | undefined> {
    // Where they cannot be had, times are shown alone.
    this.#pictures ??= this.#options.loadPreview().catch(() => undefined);
    return this.#pictures;
  }

  #key(event: KeyboardEvent): void {
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    const toMs = hasModifier || this.#reading === undefined ? undefined : soughtByKey(event.key, this.#reading);
    if (toMs === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#options.onSeek(toMs);
  }

  get #valueMs(): number | undefined {
    return this.#reading && this.#reading.endMs + this.#slider.valueAsNumber * 1_000;
  }
}

function shareOf(timeMs: number, { startMs, endMs }: TimeSpan): number {
  return endMs > startMs ? (timeMs - startMs) / (endMs - startMs) : 1;
}

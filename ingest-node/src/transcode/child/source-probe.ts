import type { Frame } from 'node-av/lib';
import { BT709, type ColourTags } from '../colour-tags.ts';
import { type FoundFrameRate, FrameRateProbe } from '../frame-rate.ts';
import type { PictureSize } from '../ladder.ts';
import type { DecodedSound } from './audio-decoder.ts';
import { colourOf } from './frame-colour.ts';
import { displaySize } from './picture.ts';

/** A decoded picture, where it belongs, and since when it is there. */
export interface HeldPicture {
  readonly frame: Frame;
  /** In the publisher's own time. */
  readonly ptsUs: number;
  readonly timeUs: number;
  readonly atUs: number;
}

/** A decoded run of sound, where it belongs, and since when it is there. */
export interface HeldSound {
  readonly sound: DecodedSound;
  readonly timeUs: number;
  readonly atUs: number;
}

/** Decoded media, each kind in presentation order. Whoever has it frees the frames. */
export interface Held {
  readonly pictures: readonly HeldPicture[];
  readonly sounds: readonly HeldSound[];
}

/** What the broadcast is made from. */
export interface FoundSource extends FoundFrameRate {
  readonly size: PictureSize;
  readonly colour: ColourTags;
}

/** A source of very few frames a second is not waited for longer: the viewers wait, too. */
const PICTURES_US_MAX = 700_000;
/** A publisher that has sound and names a picture may still owe it the rest of a GOP. */
const PICTURE_NAMED_US_MAX = 5_000_000;
/** And one that does not name a picture most likely has none. */
const PICTURE_UNNAMED_US_MAX = 1_500_000;
/**
 * Pictures held while they come faster than real time: what waited in front of us, or a relay's last GOP. Once they come
 * in step it is known how late the first ones were. Older ones are dropped: to encode them all would cost more delay.
 */
const PICTURES_MAX = 24;
/** Runs of sound held while the first pictures are awaited: about two seconds. Older ones are dropped. */
const SOUNDS_MAX = 100;

/** What is broadcast where no picture says how large it is. */
const SIZE_DEFAULT: PictureSize = { widthPx: 1_280, heightPx: 720 };
const SIZE_PX_MIN = 64;
const SIZE_PX_MAX = 4_096;
/** What is known before anything has come: the broadcast goes on, so its grid stands. */
export interface KnownSource extends FoundFrameRate {
  /** As its encoders were told; those of whoever sends now are converted to them. */
  readonly colour: ColourTags | undefined;
  /** Since when there is somebody to send: viewers see nothing new until it begins. */
  readonly sinceUs: number;
}

/** Holds what was decoded until enough is known of the source to begin the broadcast with it. */
export class SourceProbe {
  readonly #known: KnownSource | undefined;
  readonly #rate = new FrameRateProbe();
  readonly #pictures: HeldPicture[] = [];
  readonly #sounds: HeldSound[] = [];
  #statedSize: PictureSize | undefined;
  #isPictureNamed = false;
  #pictureSinceUs: number | undefined;
  /** The last picture came sooner after the one before it than their times say. */
  #isRushing = false;
  #droppedCount = 0;

  constructor(known?: KnownSource) {
    this.#known = known;
  }

  /** What the publisher or its headers say of the frame rate. */
  stateFrameRate(fps: number | undefined): void {
    this.#rate.state(fps);
  }

  /** What the publisher says of its picture's size: used only where no picture comes. */
  stateSize(widthPx: number | undefined, heightPx: number | undefined): void {
    const isSane = (px: number | undefined) => px !== undefined && px >= SIZE_PX_MIN && px <= SIZE_PX_MAX;
    if (widthPx === undefined || heightPx === undefined || !isSane(widthPx) || !isSane(heightPx)) return;
    this.#statedSize = { widthPx: Math.round(widthPx), heightPx: Math.round(heightPx) };
  }

  /** A picture is to come: its configuration did. */
  namePicture(): void {
    this.#isPictureNamed = true;
  }

  /** Takes the frame over. */
  picture(held: HeldPicture): void {
    this.#rate.frame(held.ptsUs);
    this.#pictureSinceUs ??= held.atUs;
    const before = this.#pictures.at(-1);
    this.#isRushing = before !== undefined && held.atUs - before.atUs < (held.ptsUs - before.ptsUs) / 2;
    this.#pictures.push(held);
    if (this.#pictures.length <= PICTURES_MAX) return;
    this.#pictures.shift()?.frame.free();
    this.#droppedCount += 1;
  }

  sound(held: HeldSound): void {
    this.#sounds.push(held);
    if (this.#sounds.length > SOUNDS_MAX) this.#sounds.shift();
  }

  /** Pictures that were not kept. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** When found() answers even if nothing more comes; never, while there is nothing. */
  get deadlineUs(): number {
    if (this.#known !== undefined) return this.#known.sinceUs + PICTURES_US_MAX;
    if (this.#pictureSinceUs !== undefined) return this.#pictureSinceUs + PICTURES_US_MAX;
    const sound = this.#sounds[0];
    if (sound === undefined) return Number.POSITIVE_INFINITY;
    return sound.atUs + (this.#isPictureNamed ? PICTURE_NAMED_US_MAX : PICTURE_UNNAMED_US_MAX);
  }

  /** What was found, or `undefined` while more is needed. */
  found(nowUs: number): FoundSource | undefined {
    if (nowUs >= this.deadlineUs) return this.best();
    // A single picture does not tell whether they come in step.
    const isInStep = this.#pictures.length > 1 && !this.#isRushing;
    const rate = isInStep ? (this.#known ?? this.#rate.found()) : undefined;
    return rate === undefined ? undefined : this.#describe(rate);
  }

  /** The best answer with what there is; `undefined` where nothing was decoded at all. */
  best(): FoundSource | undefined {
    if (this.#known !== undefined) return this.#describe(this.#known);
    if (this.#pictures.length === 0 && this.#sounds.length === 0) return undefined;
    return this.#describe(this.#rate.best());
  }

  /** What is held, in order of time. The frames are the caller's from now on. */
  release(): Held {
    return { pictures: this.#pictures.splice(0), sounds: this.#sounds.splice(0) };
  }

  #describe({ frameRate, isVariable, isReduced }: FoundFrameRate): FoundSource {
    const rate = { frameRate, isVariable, isReduced };
    const known = this.#known?.colour;
    const first = this.#pictures[0];
    if (first === undefined) return { ...rate, size: this.#statedSize ?? SIZE_DEFAULT, colour: known ?? BT709 };
    return { ...rate, size: displaySize(first.frame), colour: known ?? colourOf(first.frame) };
  }
}

import type { TrackSample, TrackWallTime } from '../media/encoded-track.ts';
import { isIdrPicture } from './avc-picture.ts';
import { BoxFields, boxType } from './box-fields.ts';
import { BoxReader, type TopBox } from './box-reader.ts';
import { CmafError } from './cmaf-error.ts';
import { type FragmentSample, readFragment } from './track-fragment.ts';
import { readTrackInit, type TrackInit } from './track-init.ts';

/** What the body of a request tells. `last`: nothing of this track follows what is in this request. */
export type TrackReading =
  | { readonly kind: 'init'; readonly init: TrackInit }
  | { readonly kind: 'samples'; readonly samples: readonly TrackSample[]; readonly capturedAt?: TrackWallTime }
  | { readonly kind: 'last' };

/** DASH-IF Live Media Ingest, interface 1: the last segment of a track has this brand. */
const LAST_SEGMENT_BRAND = 'lmsg';
/** From 1900 to 1970: NTP's epoch to Unix' (RFC 5905 §6). */
const NTP_TO_UNIX_S = 2_208_988_800;
const U32_VALUES = 2 ** 32;
/** ISO/IEC 14496-12 §8.16.5: a time of when the moof was finished, or written, says nothing about its media. */
const IS_OF_THE_MOOF = 0x2 | 0x4;

/** A moment of a track's own clock. */
interface Captured {
  readonly wallMs: number;
  readonly ownTicks: bigint;
}

/** A moof whose mdat is due. */
interface OpenFragment {
  readonly moof: TopBox;
  /** From its first byte on, boxes that stand behind it included. */
  bytes: number;
}

/**
 * A CMAF track out of a request's bytes (ISO/IEC 23000-19 §7.3): an init segment, or the one that was read before, and
 * fragments. The result does not depend on how the bytes are split. Holds one fragment at most.
 */
export class TrackReader {
  readonly #boxes = new BoxReader();
  readonly #readings: TrackReading[] = [];
  #init: TrackInit | undefined;
  #fragment: OpenFragment | undefined;
  #capturedAt: Captured | undefined;
  /** Of every sample since the init segment. */
  #compositionOffsetTicks: number | undefined;

  /** `known`: of the same track, from a request before this one. */
  constructor(known?: TrackInit) {
    this.#init = known;
  }

  /** The bytes end with a whole fragment, or before one. */
  get isBetweenFragments(): boolean {
    return this.#fragment === undefined && this.#boxes.isBetweenBoxes;
  }

  /** Of a fragment that is not whole. */
  get heldBytes(): number {
    return this.#boxes.heldBytes + (this.#fragment?.moof.sizeBytes ?? 0);
  }

  push(bytes: Uint8Array): void {
    this.#boxes.push(bytes);
  }

  /** The next thing, or `undefined` while more bytes are needed. Throws CmafError and nothing else. */
  next(): TrackReading | undefined {
    while (this.#readings.length === 0) {
      const box = this.#boxes.next();
      if (box === undefined) return undefined;
      this.#take(box);
    }
    return this.#readings.shift();
  }

  #take(box: TopBox): void {
    if (this.#fragment !== undefined && box.type !== 'mdat') this.#fragment.bytes += box.sizeBytes;
    switch (box.type) {
      case 'moov':
        this.#init = readTrackInit(box.body);
        this.#compositionOffsetTicks = undefined;
        this.#readings.push({ kind: 'init', init: this.#init });
        return;
      case 'styp':
        if (brands(box.body).includes(LAST_SEGMENT_BRAND)) this.#readings.push({ kind: 'last' });
        return;
      // An index of what there was: whoever writes it has come to the end (ISO/IEC 14496-12 §8.8.9).
      case 'mfra':
        this.#readings.push({ kind: 'last' });
        return;
      case 'prft':
        this.#capturedAt = readCaptured(box.body);
        return;
      case 'moof':
        if (this.#fragment !== undefined) throw new CmafError('fragment-malformed', 'a moof without its mdat');
        this.#fragment = { moof: box, bytes: box.sizeBytes };
        return;
      case 'mdat':
        this.#takeMedia(box);
        return;
      default:
    }
  }

  #takeMedia(mdat: TopBox): void {
    const fragment = this.#fragment;
    const init = this.#init;
    if (fragment === undefined) throw new CmafError('fragment-malformed', 'an mdat without its moof');
    if (init === undefined) throw new CmafError('init-missing', 'a fragment before any init segment');
    this.#fragment = undefined;
    const samples = readFragment({
      moof: fragment.moof.body,
      mdat: mdat.body,
      mdatAtBytes: fragment.bytes + mdat.headerBytes,
      timescaleHz: init.clock.ownTimescaleHz,
      defaults: init.defaults,
    });
    const capturedAt = this.#capturedAt;
    this.#capturedAt = undefined;
    this.#readings.push({
      kind: 'samples',
      samples: samples.map((sample) => this.#shown(sample, init)),
      ...(capturedAt && { capturedAt: capturedBy(capturedAt, init) }),
    });
  }

  /** As it is shown. Where pictures are shown in another order than they are decoded, they are nothing for us. */
  #shown(sample: FragmentSample, { track, clock, shiftOwnTicks }: TrackInit): TrackSample {
    const { decodeTicks, durationTicks, compositionOffsetTicks, payload } = sample;
    this.#compositionOffsetTicks ??= compositionOffsetTicks;
    if (compositionOffsetTicks !== this.#compositionOffsetTicks) {
      throw new CmafError('codec-unsupported', 'pictures that are shown in another order than they are sent: B-frames');
    }
    const isKeyframe = track.kind === 'audio' || isIdrPicture(payload);
    const shownTicks = decodeTicks + BigInt(compositionOffsetTicks) + shiftOwnTicks;
    return {
      timeTicks: clock.ticksOf(shownTicks),
      durationTicks: clock.ticksBetween(shownTicks, shownTicks + BigInt(durationTicks)),
      isKeyframe,
      payload,
    };
  }
}

function brands(body: Uint8Array): string[] {
  const found: string[] = [];
  for (let at = 0; at + 4 <= body.length; at += 4) found.push(boxType(body, at));
  return found;
}

/** Producer reference time (ISO/IEC 14496-12 §8.16.5), of the fragment that follows. */
function readCaptured(body: Uint8Array): Captured | undefined {
  const fields = new BoxFields(body);
  const { version, flags } = fields.versionAndFlags();
  fields.skip(4);
  const wholeS = fields.u32() - NTP_TO_UNIX_S;
  const wallMs = (wholeS + fields.u32() / U32_VALUES) * 1_000;
  const ownTicks = fields.time(version);
  return (flags & IS_OF_THE_MOOF) === 0 ? { wallMs, ownTicks } : undefined;
}

function capturedBy({ wallMs, ownTicks }: Captured, { clock, shiftOwnTicks }: TrackInit): TrackWallTime {
  return { wallMs, timeTicks: clock.ticksOf(ownTicks + shiftOwnTicks) };
}

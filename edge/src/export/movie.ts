import { boxHeader, boxPieces, type Pieces, piecesBytes, u32s } from './box-pieces.ts';
import { ExportError } from './export-error.ts';
import { rescaled, type TrackKind } from './export-steps.ts';
import { moov } from './moov.ts';
import { MovieTrack } from './movie-track.ts';
import { SegmentIntake } from './segment-intake.ts';
import type { TrackInit } from './track-init.ts';

/** A segment's file that goes into the movie. */
export interface MovieSegment {
  readonly kind: TrackKind;
  readonly init: TrackInit;
  /** Where it begins in the file's time, in its own ticks. */
  readonly startTicks: number;
  /** How much of it is taken. A file may have more: what a node went on to store when it was no longer listened to. */
  readonly durationTicks: number;
  readonly sizeBytes: number;
}

/** `isom` knows everything in it; `avc1` says so of its pictures, `mp42` of the format (ISO/IEC 14496-12 annex E). */
const BRANDS = ['isom', 'iso2', 'avc1', 'mp42'] as const;
/** ISO/IEC 14496-12 §8.1.1: its size is written in 32 bits. The longest segment at the highest bitrate has 270 MB. */
const SEGMENT_BYTES_MAX = 2 ** 31;
/** Silence is described in pieces of that many frames: 22 s. */
const SILENT_FRAMES_MAX = 1_024;
const PICTURE_TRACK = 1;
const SOUND_TRACK = 2;

/**
 * An ordinary MP4 file out of the files of segments, in one pass (docs/adr/0036-export-in-one-pass.md): each is copied as
 * it is into an `mdat` of its own, and the tables at the end say where in it the samples are. Bytes in, bytes out, no IO:
 * what is given back is what comes next in the file.
 *
 * Each segment's first picture has its parameter sets before it, beside those of its sample entry: a reader that goes by
 * the track's first entry alone (Chromium's) would decode it by those of another.
 */
export class Movie {
  readonly #createdAtMs: number;
  readonly #tracks = new Map<TrackKind, MovieTrack>();
  #open: SegmentIntake | undefined;
  #offsetBytes = 0;

  constructor({ createdAtMs }: { readonly createdAtMs: number }) {
    this.#createdAtMs = createdAtMs;
  }

  begin(): Pieces {
    const brands = BRANDS.map((brand) => Uint8Array.from(brand, (char) => char.charCodeAt(0)));
    const [major = new Uint8Array(4)] = brands;
    return this.#written(boxPieces('ftyp', major, u32s(0x200), ...brands));
  }

  /** Begins a segment; its bytes are to be pushed next. The picture comes before the sound that goes with it. */
  openSegment({ kind, init, startTicks, durationTicks, sizeBytes }: MovieSegment): Pieces {
    if (this.#open !== undefined) throw new Error('the segment before is not closed');
    if (sizeBytes > SEGMENT_BYTES_MAX) throw new ExportError('segment-malformed', `it has ${sizeBytes} bytes`);
    const track = this.#trackOf(kind, init);
    track.use(init);
    const placedTicks = startTicks + this.#shiftTicks(track);
    const missingFrames = framesUntil(track, placedTicks);
    const silence = this.#silence(track, missingFrames);
    const prefix = init.parameterSets;
    const header = this.#written([boxHeader('mdat', sizeBytes + prefix.length)]);
    this.#open = new SegmentIntake({
      track,
      startTicks: placedTicks,
      durationTicks,
      offsetBytes: this.#offsetBytes,
      samplesToDrop: Math.max(0, -missingFrames),
      prefix,
    });
    this.#offsetBytes += sizeBytes + prefix.length;
    return [...silence, ...header];
  }

  /** Takes the next bytes of the open segment's file. */
  push(bytes: Uint8Array): Pieces {
    return this.#opened().push(bytes);
  }

  closeSegment(): Pieces {
    const rest = this.#opened().close();
    this.#open = undefined;
    return rest;
  }

  /** @param endTicks where the file ends, in the ticks of its first track. */
  finish(endTicks: number): Pieces {
    const silence: Uint8Array[] = [];
    for (const track of this.#tracks.values()) {
      const untilTicks = rescaled(endTicks, this.#lead.first.timescaleHz, track.first.timescaleHz);
      silence.push(...this.#silence(track, framesUntil(track, untilTicks)));
      if (track.kind === 'video') track.stretchTo(untilTicks);
    }
    return [...silence, ...moov({ tracks: [...this.#tracks.values()], createdAtMs: this.#createdAtMs })];
  }

  /** The track that came first: the picture, where there is one. */
  get #lead(): MovieTrack {
    const [lead] = this.#tracks.values();
    if (lead === undefined) throw new Error('there is no track yet');
    return lead;
  }

  #trackOf(kind: TrackKind, init: TrackInit): MovieTrack {
    const known = this.#tracks.get(kind);
    if (known !== undefined) return known;
    const track = new MovieTrack(kind, kind === 'video' ? PICTURE_TRACK : SOUND_TRACK, init);
    this.#tracks.set(kind, track);
    return track;
  }

  /**
   * How much later than its segment says a track's media is put. The file begins when its first picture is shown, not when
   * it is decoded; and an edit list of the media's own may have begun it elsewhere.
   */
  #shiftTicks({ first, current, kind }: MovieTrack): number {
    const lead = this.#lead;
    if (kind === lead.kind) return first.mediaTimeTicks - current.mediaTimeTicks;
    const shownTicks = lead.shownFromTicks - lead.first.mediaTimeTicks;
    return -current.mediaTimeTicks - rescaled(shownTicks, lead.first.timescaleHz, first.timescaleHz);
  }

  /** Frames of silence, at the end of what there is of sound. Of pictures, and of no frames, there is nothing. */
  #silence(track: MovieTrack, frameCount: number): Pieces {
    const { silence } = track.current;
    if (silence === undefined || frameCount <= 0) return [];
    const { frame, frameTicks: durationTicks } = silence;
    const [header] = this.#written([boxHeader('mdat', frameCount * frame.length)]);
    const pieces = header === undefined ? [] : [header];
    const sample = { durationTicks, sizeBytes: frame.length, isSync: true, compositionTicks: 0 };
    for (let left = frameCount; left > 0; left -= SILENT_FRAMES_MAX) {
      const count = Math.min(left, SILENT_FRAMES_MAX);
      track.append({ offsetBytes: this.#offsetBytes, samples: Array.from({ length: count }, () => sample) });
      pieces.push(...this.#written([repeated(frame, count)]));
    }
    return pieces;
  }

  #opened(): SegmentIntake {
    if (this.#open === undefined) throw new Error('no segment is open');
    return this.#open;
  }

  #written(pieces: Pieces): Pieces {
    this.#offsetBytes += piecesBytes(pieces);
    return pieces;
  }
}

/** How many frames of sound are missing before what begins there; a negative number: so many are too many. */
function framesUntil({ current, endTicks }: MovieTrack, ticks: number): number {
  // To the nearest frame: sound is off by half of one (11 ms) at most, and never drifts.
  return current.silence === undefined ? 0 : Math.round((ticks - endTicks) / current.silence.frameTicks);
}

function repeated(frame: Uint8Array, count: number): Uint8Array {
  const bytes = new Uint8Array(frame.length * count);
  for (let index = 0; index < count; index += 1) bytes.set(frame, index * frame.length);
  return bytes;
}

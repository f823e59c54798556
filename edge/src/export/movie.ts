import { boxHeader, boxPieces, type Pieces, piecesBytes, u32s } from './box-pieces.ts';
import { ExportError } from './export-error.ts';
import { rescaled, type TrackKind } from './export-steps.ts';
import type { Fragment, FragmentSample, SampleRun } from './fragment.ts';
import { FragmentReader } from './fragment-reader.ts';
import { moov } from './moov.ts';
import { MovieTrack } from './movie-track.ts';
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

/** What is known of the segment whose bytes come. */
interface OpenSegment extends Pick<MovieSegment, 'startTicks' | 'durationTicks'> {
  readonly track: MovieTrack;
  readonly reader: FragmentReader;
  /** Where its file begins in ours. */
  readonly offsetBytes: number;
  /** tfdt of its first fragment. */
  firstTicks: number | undefined;
  /** Sound that comes too early: so many samples of it are left out. */
  samplesToDrop: number;
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
 * it is into an `mdat` of its own, and the tables at the end say where in it the samples are. Bytes in and out, no IO: what
 * is given back is to be written at once, and so are the bytes of an open segment, by whoever pushes them.
 */
export class Movie {
  readonly #createdAtMs: number;
  readonly #tracks = new Map<TrackKind, MovieTrack>();
  #open: OpenSegment | undefined;
  #offsetBytes = 0;

  constructor({ createdAtMs }: { readonly createdAtMs: number }) {
    this.#createdAtMs = createdAtMs;
  }

  /** What its tables take of memory. */
  get tableBytes(): number {
    return [...this.#tracks.values()].reduce((sum, { table }) => sum + table.sizeBytes, 0);
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
    const header = this.#written([boxHeader('mdat', sizeBytes)]);
    this.#open = {
      track,
      reader: new FragmentReader(init),
      startTicks: placedTicks,
      durationTicks,
      offsetBytes: this.#offsetBytes,
      firstTicks: undefined,
      samplesToDrop: Math.max(0, -missingFrames),
    };
    this.#offsetBytes += sizeBytes;
    return [...silence, ...header];
  }

  /** Takes bytes of the open segment's file, which are written as they are. */
  push(bytes: Uint8Array): void {
    const open = this.#opened();
    open.reader.push(bytes);
    for (let next = open.reader.next(); next !== undefined; next = open.reader.next()) take(open, next);
  }

  closeSegment(): void {
    this.#opened().reader.finish();
    this.#open = undefined;
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

  #opened(): OpenSegment {
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

/** Puts a fragment's samples into its track's table. */
function take(open: OpenSegment, fragment: Fragment): void {
  open.firstTicks ??= fragment.startTicks;
  let sinceTicks = fragment.startTicks - open.firstTicks;
  for (const run of fragment.runs) {
    const taken = cut(run, { fromSample: open.samplesToDrop, ticksMax: open.durationTicks - sinceTicks });
    open.samplesToDrop = Math.max(0, open.samplesToDrop - run.samples.length);
    if (taken.samples.length > 0) {
      if (open.track.kind === 'video') open.track.stretchTo(open.startTicks + sinceTicks);
      open.track.append({ ...taken, offsetBytes: open.offsetBytes + taken.offsetBytes });
    }
    sinceTicks += run.samples.reduce((sum, { durationTicks }) => sum + durationTicks, 0);
  }
}

/** Of a run's samples those from one on that begin before a time, which counts from the first of all. */
function cut(
  run: SampleRun,
  { fromSample, ticksMax }: { readonly fromSample: number; readonly ticksMax: number },
): SampleRun {
  let { offsetBytes } = run;
  let sinceTicks = 0;
  const samples: FragmentSample[] = [];
  for (const [index, sample] of run.samples.entries()) {
    if (sinceTicks >= ticksMax) break;
    if (index < fromSample) offsetBytes += sample.sizeBytes;
    else samples.push(sample);
    sinceTicks += sample.durationTicks;
  }
  return { offsetBytes, samples };
}

function repeated(frame: Uint8Array, count: number): Uint8Array {
  const bytes = new Uint8Array(frame.length * count);
  for (let index = 0; index < count; index += 1) bytes.set(frame, index * frame.length);
  return bytes;
}

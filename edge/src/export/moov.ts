import { boxPieces, fullBoxPieces, type Pieces, timeFields, u16s, u32s } from './box-pieces.ts';
import { rescaled } from './export-steps.ts';
import type { MovieTrack } from './movie-track.ts';

/** What is said of the file as a whole. */
export interface MovieFacts {
  readonly tracks: readonly MovieTrack[];
  /** The broadcast's start. */
  readonly createdAtMs: number;
}

/** From 1904, when this format's time begins, to 1970 (ISO/IEC 14496-12 §8.2.2). */
const SECONDS_1904_TO_1970 = 2_082_844_800;
/** Enabled, part of the presentation and of its preview (ISO/IEC 14496-12 §8.3.2). */
const TRACK_FLAGS = 0x7;
const FIXED_ONE = 0x10000;
const UNIT_MATRIX = u32s(FIXED_ONE, 0, 0, 0, FIXED_ONE, 0, 0, 0, 0x4000_0000);
const FULL_VOLUME = 0x100;

/** The movie box of an ordinary file (ISO/IEC 14496-12 §8.2.1), with a table entry for each sample. */
export function moov({ tracks, createdAtMs }: MovieFacts): Pieces {
  const createdAtS = Math.floor(createdAtMs / 1_000) + SECONDS_1904_TO_1970;
  // The first track's own clock, so that its edit list is exact.
  const timescaleHz = tracks[0]?.first.timescaleHz ?? 1;
  const traks = tracks.map((track) => trak(track, { timescaleHz, createdAtS }));
  const durationTicks = Math.max(0, ...tracks.map((track) => movieTicks(track, timescaleHz)));
  const { version, fields } = timeFields(createdAtS, durationTicks);
  const mvhd = fullBoxPieces(
    'mvhd',
    { version },
    fields(createdAtS, createdAtS),
    u32s(timescaleHz),
    fields(durationTicks),
    u32s(FIXED_ONE),
    u16s(FULL_VOLUME, 0),
    u32s(0, 0),
    UNIT_MATRIX,
    u32s(0, 0, 0, 0, 0, 0, tracks.length + 1),
  );
  return boxPieces('moov', mvhd, ...traks);
}

interface MovieClock {
  readonly timescaleHz: number;
  readonly createdAtS: number;
}

function trak(track: MovieTrack, clock: MovieClock): Pieces {
  return boxPieces('trak', tkhd(track, clock), edts(track, clock), mdia(track, clock));
}

function tkhd(track: MovieTrack, { timescaleHz, createdAtS }: MovieClock): Pieces {
  const durationTicks = movieTicks(track, timescaleHz);
  const { version, fields } = timeFields(createdAtS, durationTicks);
  return fullBoxPieces(
    'tkhd',
    { version, flags: TRACK_FLAGS },
    fields(createdAtS, createdAtS),
    u32s(track.trackId, 0),
    fields(durationTicks),
    u32s(0, 0),
    u16s(0, 0, track.kind === 'audio' ? FULL_VOLUME : 0, 0),
    UNIT_MATRIX,
    u32s(track.size.widthFixed, track.size.heightFixed),
  );
}

/** ISO/IEC 14496-12 §8.6.6; nothing where the track is shown from its first tick on. */
function edts(track: MovieTrack, { timescaleHz }: MovieClock): Pieces {
  if (track.shownFromTicks === 0) return [];
  const durationTicks = movieTicks(track, timescaleHz);
  const { version, fields } = timeFields(durationTicks);
  return boxPieces(
    'edts',
    fullBoxPieces('elst', { version }, u32s(1), fields(durationTicks, track.shownFromTicks), u16s(1, 0)),
  );
}

function mdia(track: MovieTrack, { createdAtS }: MovieClock): Pieces {
  const { timescaleHz, language, hdlr, mediaHeader, dinf } = track.first;
  const durationTicks = track.endTicks + track.shownFromTicks;
  const { version, fields } = timeFields(createdAtS, durationTicks);
  const mdhd = fullBoxPieces(
    'mdhd',
    { version },
    fields(createdAtS, createdAtS),
    u32s(timescaleHz),
    fields(durationTicks),
    u16s(language, 0),
  );
  const stsd = fullBoxPieces('stsd', {}, u32s(track.entries.length), track.entries);
  const stbl = boxPieces('stbl', stsd, track.table.boxes());
  return boxPieces('mdia', mdhd, hdlr, boxPieces('minf', mediaHeader, dinf, stbl));
}

/** How long a track is, by the movie's clock. */
function movieTicks({ endTicks, first }: MovieTrack, timescaleHz: number): number {
  return rescaled(endTicks, first.timescaleHz, timescaleHz);
}

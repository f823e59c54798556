import type { ExportSegment, ExportSource, ExportTrack } from './export-source.ts';

export type TrackKind = 'video' | 'audio';

/** What an export has to do next: put a segment's media into the file, or end it. */
export type ExportStep =
  | {
      readonly kind: TrackKind;
      readonly segment: ExportSegment;
      /** Where it begins in the file's time, in its own track's ticks. Sound may begin before the file does. */
      readonly startTicks: number;
    }
  | {
      readonly kind: 'end';
      /** Of the track that leads. */
      readonly endTicks: number;
    };

/**
 * The segments of an export in the order in which they stand in the file, and where. The picture leads (the sound, where
 * it is alone): the file's time is its playlist's, so segments follow on each other whatever their media's own clock does
 * at a seam, and sound keeps the distance to the picture that it has on that clock. The file begins with the first
 * segment that has a picture, and ends with the last that has anything.
 */
export function* exportSteps({ video, audio }: Pick<ExportSource, 'video' | 'audio'>): Generator<ExportStep> {
  const [leadKind, lead, other] =
    video === undefined ? (['audio', audio, undefined] as const) : (['video', video, audio] as const);
  if (lead === undefined) return;
  const followers = new Followers(other, lead.timescaleHz);
  let nextTicks: number | undefined;
  let endTicks = 0;
  for (const segment of lead.segments) {
    if (nextTicks === undefined && segment.isGap) continue;
    const startTicks = nextTicks ?? 0;
    nextTicks = startTicks + segment.durationTicks;
    if (!segment.isGap) yield { kind: leadKind, segment, startTicks };
    const beside = followers.at(segment.msn);
    if (beside !== undefined) {
      const followsAt = followers.startTicks(beside, segment.startTicks - startTicks);
      yield { kind: 'audio', segment: beside, startTicks: followsAt };
    }
    if (!segment.isGap || beside !== undefined) endTicks = nextTicks;
  }
  yield { kind: 'end', endTicks };
}

/** The segments of the track that does not lead. */
class Followers {
  readonly #track: ExportTrack | undefined;
  readonly #segments: Iterator<ExportSegment> | undefined;
  readonly #leadTimescaleHz: number;
  #next: ExportSegment | undefined;

  constructor(track: ExportTrack | undefined, leadTimescaleHz: number) {
    this.#track = track;
    this.#segments = track?.segments[Symbol.iterator]();
    this.#leadTimescaleHz = leadTimescaleHz;
  }

  /** The media under that number, which is never lower than that of the call before. */
  at(msn: number): ExportSegment | undefined {
    while (this.#next === undefined || this.#next.msn < msn) {
      const taken = this.#segments?.next();
      if (taken === undefined || taken.done === true) return undefined;
      this.#next = taken.value;
    }
    return this.#next.msn === msn && !this.#next.isGap ? this.#next : undefined;
  }

  /** @param aheadTicks how far the media's clock is ahead of the file's, by the track that leads. */
  startTicks({ startTicks }: ExportSegment, aheadTicks: number): number {
    return startTicks - rescaled(aheadTicks, this.#leadTimescaleHz, this.#track?.timescaleHz ?? 1);
  }
}

/** Ticks of one clock as the nearest ones of another. */
export function rescaled(ticks: number, fromHz: number, toHz: number): number {
  // 12 h at 60,000 Hz times 48,000 is 1.2e14, and numbers are exact up to 9e15.
  return Math.round((ticks * toHz) / fromHz);
}

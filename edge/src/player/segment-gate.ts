/** A playlist and some parts are to be there before the playhead is: 0.15 s were too few in one of 24. */
const AHEAD_S_MIN = 0.4;

/**
 * Whether the rendition may be changed now. A change in the middle of a segment makes hls.js load that segment again from
 * its keyframe on. Where the playhead is past that keyframe, the browser plays what it had and then needs a keyframe,
 * which is the next segment's: the picture stands for up to a segment, while the sound goes on (Chromium 156, hls.js
 * 1.7.4: five changes of sixteen, up to 1.1 s). Pure.
 */
export class SegmentGate {
  #openStartS: number | undefined;

  /** A part is being loaded that is not known to be its segment's last; the segment begins there on the media timeline. */
  partComes(segmentStartS: number): void {
    this.#openStartS = segmentStartS;
  }

  /** All of a segment is there: what comes next begins with a keyframe. */
  segmentIsWhole(): void {
    this.#openStartS = undefined;
  }

  mayChange(positionS: number): boolean {
    return this.#openStartS === undefined || this.#openStartS >= positionS + AHEAD_S_MIN;
  }
}

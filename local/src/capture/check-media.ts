import { AAC_FRAME_SAMPLES, audioFramesBeforePart, type ChannelStatus, type MediaGrid } from '@sluice/contracts';
import { BoxError } from './box-reader.ts';
import type { Capture, CapturedObject, CapturedRendition } from './capture.ts';
import { type FragmentView, type InitView, readFragments } from './fragment-reader.ts';
import { type ListedSegment, viewMediaPlaylist } from './playlist-view.ts';
import { initOf, listedSegments, renditionName } from './rendition-view.ts';

/** Something in the capture that is not as it must be. */
export interface Violation {
  /** Short and fixed: what the table counts by. */
  readonly rule: string;
  readonly where: string;
  readonly detail: string;
}

export interface MediaCheck {
  readonly violations: readonly Violation[];
  readonly partCount: number;
  readonly segmentCount: number;
}

/** Each part is printed cut to a microsecond, and a segment two below the sum of its parts (docs/adr/0011). */
const DECIMAL_ERROR_S = 0.000_006;
/** PROGRAM-DATE-TIME has whole milliseconds, rounded either way. */
const DATE_ERROR_MS = 1;
/** H.264 nal_unit_type of an IDR slice (ITU-T H.264, table 7-1). */
const NAL_IDR = 5;

/** Checks one rendition's bytes against the grid and against what the playlists said of them. Pure. */
export function checkRendition(rendition: CapturedRendition, capture: Capture, grid: MediaGrid): MediaCheck {
  const check = new RenditionCheck(rendition, grid, capture.status);
  check.run();
  return check;
}

class RenditionCheck implements MediaCheck {
  readonly violations: Violation[] = [];
  partCount = 0;
  segmentCount = 0;
  readonly #rendition: CapturedRendition;
  readonly #grid: MediaGrid;
  readonly #status: ChannelStatus;
  #nextTicks: number | undefined;
  #lastSequenceNumber = -1;

  constructor(rendition: CapturedRendition, grid: MediaGrid, status: ChannelStatus) {
    this.#rendition = rendition;
    this.#grid = grid;
    this.#status = status;
  }

  run(): void {
    const init = initOf(this.#rendition);
    if (init === undefined) {
      this.#report('init', this.#rendition.playlistUrl, 'there is no readable init segment');
      return;
    }
    for (const object of this.#rendition.objects.values()) this.#checkAnswer(object, init);
    for (const segment of listedSegments(this.#rendition)) this.#checkSegment(segment, init);
  }

  #checkAnswer({ url, status, contentType, cacheControl }: CapturedObject, { kind }: InitView): void {
    if (status !== 200) this.#report('listed is there', url, `answered ${status}`);
    if (!contentType.startsWith(`${kind}/mp4`)) this.#report('content type', url, contentType);
    if (!cacheControl.includes('immutable')) this.#report('cache header', url, cacheControl);
  }

  #checkSegment(segment: ListedSegment, init: InitView): void {
    const where = `segment ${segment.msn}`;
    if (segment.isGap) {
      // Its date is as exact as any; what there is of its media need not be whole.
      this.#checkDate(segment);
      this.#nextTicks = undefined;
      return;
    }
    const partFragments = segment.parts.map((part, index) => {
      const bytes = this.#bytesOf(part.uri);
      const fragments = bytes === undefined ? [] : this.#fragments(`part ${segment.msn}.${index}`, bytes, init);
      this.#checkPart({ msn: segment.msn, index, fragments, durationS: part.durationS, init, segment });
      return fragments;
    });
    this.#checkDate(segment);
    if (segment.uri === undefined) return;
    const bytes = this.#bytesOf(segment.uri);
    if (bytes === undefined) {
      this.#report('segment object', where, 'was not answered');
      return;
    }
    this.segmentCount += 1;
    const fragments = partFragments.length > 0 ? partFragments.flat() : this.#fragments(where, bytes, init);
    if (partFragments.length > 0) this.#checkSameBytes(segment, bytes);
    this.#checkSegmentMedia(segment, fragments, init);
  }

  #checkPart(part: {
    readonly msn: number;
    readonly index: number;
    readonly fragments: readonly FragmentView[];
    readonly durationS: number;
    readonly init: InitView;
    readonly segment: ListedSegment;
  }): void {
    const where = `part ${part.msn}.${part.index}`;
    this.partCount += 1;
    const [fragment] = part.fragments;
    if (fragment === undefined || part.fragments.length !== 1) {
      this.#report('one moof a part', where, `${part.fragments.length}`);
      return;
    }
    const expected = this.#partTicks(part.msn, part.index, part.init.kind);
    if (fragment.durationTicks !== expected && !this.#isCutShort(part.segment)) {
      this.#report('part duration', where, `${fragment.durationTicks} ticks, not ${expected}`);
    }
    this.#checkDecimal(where, part.durationS, fragment.durationTicks / part.init.timescaleHz);
    if (part.segment.parts[part.index]?.isIndependent !== fragment.samples[0]?.isSync) {
      this.#report('INDEPENDENT', where, 'does not agree with the first sample');
    }
  }

  #checkSegmentMedia(segment: ListedSegment, fragments: readonly FragmentView[], init: InitView): void {
    const where = `segment ${segment.msn}`;
    for (const fragment of fragments) this.#checkContinuity(where, fragment);
    const startTicks = this.#startTicks(segment.msn, 0, init.kind);
    if (fragments[0]?.startTicks !== startTicks) {
      this.#report('on the grid', where, `begins at ${fragments[0]?.startTicks}, not ${startTicks}`);
    }
    const durationTicks = fragments.reduce((sum, fragment) => sum + fragment.durationTicks, 0);
    const expected = this.#startTicks(segment.msn + 1, 0, init.kind) - startTicks;
    if (durationTicks !== expected && !this.#isCutShort(segment)) {
      this.#report('segment duration', where, `${durationTicks} ticks, not ${expected}`);
    }
    this.#checkDecimal(where, segment.durationS ?? 0, durationTicks / init.timescaleHz);
    if (init.kind === 'video') this.#checkKeyframes(where, fragments);
  }

  #checkContinuity(where: string, fragment: FragmentView): void {
    if (this.#nextTicks !== undefined && fragment.startTicks !== this.#nextTicks) {
      this.#report('tfdt continuity', where, `${fragment.startTicks} after ${this.#nextTicks}`);
    }
    this.#nextTicks = fragment.startTicks + fragment.durationTicks;
    if (fragment.sequenceNumber <= this.#lastSequenceNumber) {
      this.#report('sequence_number', where, `${fragment.sequenceNumber} after ${this.#lastSequenceNumber}`);
    }
    this.#lastSequenceNumber = fragment.sequenceNumber;
    if (fragment.producerTime === undefined) this.#report('prft', where, 'is missing');
    else if (fragment.producerTime.mediaTicks !== fragment.startTicks) {
      this.#report('prft', where, `speaks of ${fragment.producerTime.mediaTicks}, not of ${fragment.startTicks}`);
    }
  }

  #checkKeyframes(where: string, fragments: readonly FragmentView[]): void {
    const samples = fragments.flatMap((fragment) => fragment.samples);
    samples.forEach(({ isSync, payload }, index) => {
      const isIdr = nalTypes(payload).includes(NAL_IDR);
      if (isSync !== isIdr) this.#report('sync flag', where, `sample ${index} does not agree with its NAL units`);
      if (index === 0 && !isIdr) this.#report('IDR at the start', where, 'begins without one');
    });
  }

  #checkSameBytes(segment: ListedSegment, bytes: Uint8Array): void {
    const parts = segment.parts.map(({ uri }) => this.#bytesOf(uri) ?? new Uint8Array());
    if (Buffer.compare(Buffer.concat(parts), bytes) === 0) return;
    this.#report('segment is its parts', `segment ${segment.msn}`, 'the bytes differ');
  }

  #checkDate({ msn, programDateTimeMs }: ListedSegment): void {
    if (this.#status.broadcast === null) return;
    const { framesPerSegment, frameRate } = this.#grid;
    const sinceStartMs = ((msn - 1) * framesPerSegment * frameRate.den * 1_000) / frameRate.num;
    const expectedMs = this.#status.broadcast.startedAtMs + sinceStartMs;
    if (programDateTimeMs === undefined || Math.abs(programDateTimeMs - expectedMs) >= DATE_ERROR_MS) {
      this.#report('PROGRAM-DATE-TIME', `segment ${msn}`, `${programDateTimeMs}, not ${expectedMs}`);
    }
  }

  #checkDecimal(where: string, declaredS: number, exactS: number): void {
    if (Math.abs(declaredS - exactS) <= DECIMAL_ERROR_S) return;
    this.#report('declared duration', where, `${declaredS} s, the media has ${exactS} s`);
  }

  /** Only the last segment of a broadcast that ended may be short. */
  #isCutShort(segment: ListedSegment): boolean {
    const last = this.#rendition.versions.at(-1);
    const view = viewMediaPlaylist(last?.text ?? '');
    return view.isEnded && view.segments.at(-1)?.msn === segment.msn;
  }

  #partTicks(msn: number, index: number, kind: InitView['kind']): number {
    return this.#startTicks(msn, index + 1, kind) - this.#startTicks(msn, index, kind);
  }

  #startTicks(msn: number, partIndex: number, kind: InitView['kind']): number {
    const ordinal = (msn - 1) * this.#grid.partsPerSegment + partIndex;
    if (kind === 'audio') return audioFramesBeforePart(this.#grid, ordinal) * AAC_FRAME_SAMPLES;
    return ordinal * this.#grid.framesPerPart * this.#grid.frameDurationTicks;
  }

  #bytesOf(uri: string): Uint8Array | undefined {
    const object = this.#rendition.objects.get(new URL(uri, this.#rendition.playlistUrl).href);
    return object?.status === 200 ? object.bytes : undefined;
  }

  #fragments(where: string, bytes: Uint8Array, init: InitView): FragmentView[] {
    try {
      return readFragments(bytes, init);
    } catch (error) {
      if (!(error instanceof BoxError)) throw error;
      this.#report('boxes', where, error.message);
      return [];
    }
  }

  #report(rule: string, where: string, detail: string): void {
    this.violations.push({ rule, where: `${renditionName(this.#rendition)} ${where}`, detail });
  }
}

/** Types of the length-prefixed NAL units of a sample (ISO/IEC 14496-15 §5.3.2, four bytes of length). */
function nalTypes(payload: Uint8Array): number[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const types: number[] = [];
  for (let at = 0; at + 5 <= payload.byteLength; at += 4 + view.getUint32(at)) types.push(view.getUint8(at + 4) & 0x1f);
  return types;
}

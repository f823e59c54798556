import { BroadcastId, PartAnnounced } from '@sluice/contracts';
import { checkDelta, checkMediaPlaylist, type Violation } from '@sluice/edge/playlist-check';
import { muxedPresentation } from '../../../edge/src/mux/muxed-presentation.ts';
import { urisOf } from '../../../edge/src/mux/muxed-uris.ts';
import { A128, TestBroadcast, V360, V720 } from '../../../edge/src/testing/test-broadcast.ts';
import { LiveWindow } from '../../../edge/src/window/live-window.ts';
import { mediaPlaylist } from '../../../edge/src/window/media-playlist.ts';
import { multivariantPlaylist } from '../../../edge/src/window/multivariant-playlist.ts';
import type { Presentation, RenditionView } from '../../../edge/src/window/rendition-view.ts';
import type { RenditionWindow } from '../../../edge/src/window/rendition-window.ts';
import { WindowError } from '../../../edge/src/window/window-error.ts';
import { RenditionWindowState } from '../../../edge/src/window/window-state.ts';
import { type FuzzTarget, mustHold } from '../fuzz-target.ts';

const INPUT_BYTES_MAX = 4_096;
/** One announcement, or something else that happens, is made of so many bytes. */
const STEP_BYTES = 4;
const DVR_WINDOW_S = 30;
const BROADCAST_ID = BroadcastId.parse('0123456789abcdef');
const broadcast = new TestBroadcast();
/** Who lends a part, or the next segment: somebody who may, nobody, itself, somebody of another kind. */
const LENDERS = [V360, undefined, V720, A128] as const;

/** One after the other, with the numbers of the bytes. */
type Step = { readonly what: number; readonly which: number; readonly how: number; readonly howMuch: number };

/**
 * The edge's live window under announcements of any kind: throws WindowError and nothing else; announcing one by one
 * or all at once is the same, and so is a restart in between; what it lists is always a lawful playlist, and what a
 * delta update makes of it is the same one.
 */
export function liveWindowTarget(): FuzzTarget {
  const good = (count: number) => Uint8Array.from({ length: count * STEP_BYTES }, () => 0);
  return {
    name: 'live-window',
    corpus: [
      good(4),
      good(60),
      Uint8Array.from({ length: 4_000 }, (_, at) => (at % STEP_BYTES === 0 ? 4 : 0)),
      Uint8Array.from({ length: 400 }, (_, at) => (at % STEP_BYTES === 1 ? at : 0)),
      // A rendition that rests for a while, and again for good.
      Uint8Array.from({ length: 800 }, (_, at) => restByte(Math.floor(at / STEP_BYTES), at % STEP_BYTES)),
      // A broadcast, a seam with three gaps before it, and what follows.
      Uint8Array.from({ length: 400 }, (_, at) => seamByte(Math.floor(at / STEP_BYTES), at % STEP_BYTES)),
    ],
    inputBytesMax: INPUT_BYTES_MAX,
    generate: (random) =>
      Uint8Array.from({ length: STEP_BYTES * (1 + random.below(300)) }, (_, at) =>
        at % STEP_BYTES === 0 && !random.oneIn(5) ? 0 : random.u32() & 0xff,
      ),
    run: (input) => new WindowRun(input).run(),
  };
}

function seamByte(step: number, at: number): number {
  if (at === 1) return 3;
  if (at !== 0) return 0;
  if (step === 21) return 15;
  return step > 21 && step < 25 ? 12 : 0;
}

function restByte(step: number, at: number): number {
  if (at === 1) return 3;
  return at === 0 && [14, 40, 90].includes(step) ? 128 : 0;
}

class WindowRun {
  readonly #input: Uint8Array;
  readonly #outcomes = new Set<string>();
  /** v720 rests from its next segment on. */
  #isResting = false;
  #window = new LiveWindow({ description: broadcast.description, dvrWindowS: DVR_WINDOW_S });
  /** The same, told one part at a time and never restarted. */
  readonly #twin = new LiveWindow({ description: broadcast.description, dvrWindowS: DVR_WINDOW_S });

  constructor(input: Uint8Array) {
    this.#input = input;
  }

  run(): string {
    for (let at = 0; at + STEP_BYTES <= this.#input.length; at += STEP_BYTES) {
      const [what = 0, which = 0, how = 0, howMuch = 0] = this.#input.subarray(at, at + STEP_BYTES);
      this.#step({ what, which, how, howMuch });
    }
    mustHold(stateOf(this.#window) === stateOf(this.#twin), 'a batch does something else than its parts do');
    this.#checkPlaylists();
    return [...this.#outcomes].toSorted().join(' ');
  }

  #step(step: Step): void {
    const parts = this.#partsOf(step);
    if (step.what === 255) this.#end();
    else if (step.what % 16 === 15) this.#redescribe();
    else if (step.what % 16 === 14) this.#restart();
    else if (step.what % 16 === 0 && step.what >= 128) this.#isResting = !this.#isResting;
    else if (parts.length > 0) {
      const one = this.#outcomeOf(() => this.#window.append(parts));
      // As the batch does, it goes no further than the first that is refused.
      const other = this.#outcomeOf(() => {
        for (const part of parts) this.#twin.append([part]);
      });
      mustHold(one === other, 'a batch is refused otherwise than its parts are');
      this.#outcomes.add(one);
    }
  }

  #outcomeOf(act: () => void): string {
    try {
      act();
      return 'taken';
    } catch (error) {
      if (error instanceof WindowError) return error.code;
      throw error;
    }
  }

  /** Mostly what is expected next; sometimes known, too early, or wrong in one thing. */
  #partsOf({ what, which, how, howMuch }: Step): PartAnnounced[] {
    const windows = [...this.#window.renditions.values()];
    const chosen = which % 4 === 3 ? windows : [windows[which % windows.length] ?? windows[0]];
    return chosen.flatMap((own) => {
      if (own === undefined) return [];
      const part = this.#withLender(own, nextPart(own));
      const changed = { ...part, ...changeOf(part, { what, which, how, howMuch }) };
      const read = PartAnnounced.safeParse(changed);
      return read.success ? [read.data, ...(howMuch % 8 === 7 ? [read.data] : [])] : [];
    });
  }

  /** A copy of what the lender has there, or is to have. */
  #withLender(own: RenditionWindow, part: PartAnnounced): PartAnnounced {
    const { renditionId, msn, partIndex, isLastOfSegment } = part;
    if (renditionId !== V720) return part;
    const begun = own.openSegment?.msn === msn ? own.openSegment : own.state().held.at(-1);
    const isLent = partIndex === 0 ? this.#isResting : begun?.lentBy === V360;
    const nextLentBy = isLastOfSegment && this.#isResting ? V360 : undefined;
    if (!isLent) return { ...part, nextLentBy };
    const theirs = this.#window.renditions.get(V360)?.segment(msn)?.parts[partIndex];
    const ordinal = (msn - 1) * broadcast.grid.partsPerSegment + partIndex;
    const { sizeBytes } = broadcast.part(ordinal, V360);
    return { ...part, sizeBytes, ...theirs, isIndependent: partIndex === 0, lentBy: V360, nextLentBy };
  }

  /** Other encoders, under other init segments. */
  #redescribe(): void {
    const { description } = this.#window;
    const renditions = description.renditions.map((each) => ({ ...each, initVersion: each.initVersion + 1 }));
    for (const window of [this.#window, this.#twin]) window.describe({ ...description, renditions });
    this.#outcomes.add('described');
  }

  #restart(): void {
    const states = new Map(
      [...this.#window.renditions].map(([id, own]) => [
        id,
        RenditionWindowState.parse(JSON.parse(JSON.stringify(own.state()))),
      ]),
    );
    const { description, cut, isEnded } = this.#window;
    this.#window = new LiveWindow({ description, dvrWindowS: DVR_WINDOW_S, states, cut });
    if (isEnded) this.#window.end();
    this.#outcomes.add('restarted');
  }

  #end(): void {
    this.#window.end();
    this.#twin.end();
    this.#outcomes.add('ended');
  }

  #checkPlaylists(): void {
    const { windowS, timing } = this.#window;
    mustHold(multivariantPlaylist(this.#window, BROADCAST_ID).startsWith('#EXTM3U\n'), 'there is no playlist');
    for (const own of this.#window.renditions.values()) {
      // And the one that is still open.
      const segmentsMax = 2 * Math.ceil(windowS / timing.targetDurationS) + 9;
      mustHold(own.segmentCount <= segmentsMax, 'there is no end of segments');
      const [first] = violationsOf(this.#window, own);
      mustHold(first === undefined, `a playlist breaks ${JSON.stringify(first)}`);
    }
    const muxed = muxedPresentation(this.#window);
    const [own] = muxed.renditions.values();
    // Here, and only here, tracks are so far apart that what they have in common is too short (docs/adr/0026), and other
    // encoders begin with sound in another segment than with the picture.
    const first = own && violationsOf(muxed, own).find(({ rule, text }) => rule !== 'A1.18' && !isOfSeam(text));
    mustHold(first === undefined, `a muxed playlist breaks ${JSON.stringify(first)}`);
  }
}

function isOfSeam(text: string): boolean {
  return text.endsWith('without EXT-X-DISCONTINUITY');
}

function violationsOf(presentation: Presentation, own: RenditionView): Violation[] {
  const uris = urisOf(own);
  const whole = checkMediaPlaylist(mediaPlaylist(presentation, own, { uris }));
  const delta = checkMediaPlaylist(mediaPlaylist(presentation, own, { uris, skip: 'v2' }));
  const applied = checkDelta(whole.playlist, delta.playlist, whole.playlist);
  return [...whole.violations, ...delta.violations, ...applied];
}

/** The part that is expected, right in everything. */
function nextPart({ next, nextTicks, rendition }: RenditionWindow): PartAnnounced {
  const { msn, partIndex } = next;
  const ordinal = (msn - 1) * broadcast.grid.partsPerSegment + partIndex;
  return {
    ...broadcast.part(ordinal, rendition.id),
    msn,
    partIndex,
    startTicks: nextTicks,
    initVersion: rendition.initVersion,
  };
}

/** What is wrong with it, or unusual. */
function changeOf(part: PartAnnounced, { what, how, howMuch }: Step): Partial<PartAnnounced> {
  switch (what % 16) {
    case 0:
      return what === 0 ? {} : { lentBy: LENDERS[how % 4], nextLentBy: LENDERS[howMuch % 4] };
    case 1:
      return { isGap: true, sizeBytes: 0 };
    case 2:
      return { isLastOfSegment: how % 2 === 0 };
    case 3:
      return { durationTicks: 1 + how * howMuch };
    case 4:
      // A millisecond, or a tick.
      return { durationTicks: how % 2 === 0 ? 48 : 1, isLastOfSegment: true };
    case 5:
      return { sizeBytes: how * howMuch * 1_000 };
    case 6:
      return { startTicks: part.startTicks + how - 128 };
    case 7:
      return { msn: part.msn + (how % 4), partIndex: howMuch % 6 };
    case 8:
      return { msn: Math.max(1, part.msn - (how % 4)), partIndex: howMuch };
    case 9:
      return { initVersion: how % 3 };
    case 12:
      return { isGap: true, sizeBytes: 0, initVersion: Math.max(0, part.initVersion - 1 - (how % 2)) };
    case 13:
      return { startTicks: part.startTicks + how * howMuch };
    case 10:
      return { isIndependent: how % 2 === 0 };
    case 11:
      return { startTicks: Number.MAX_SAFE_INTEGER - how, durationTicks: Number.MAX_SAFE_INTEGER - howMuch };
    default:
      return {};
  }
}

function stateOf(window: LiveWindow): string {
  return JSON.stringify([window.isEnded, ...[...window.renditions.values()].map(standOf)]);
}

/** The measured peak is left out: a restart forgets the segments that a longer run would have begun with. */
function standOf(own: RenditionWindow): unknown {
  const { measure, ...rest } = own.state();
  return [own.next, rest, measure.totalBytes, measure.totalTicks];
}

import { BroadcastId, PartAnnounced } from '@sluice/contracts';
import { checkMediaPlaylist } from '@sluice/edge/playlist-check';
import { TestBroadcast } from '../../../edge/src/testing/test-broadcast.ts';
import { LiveWindow } from '../../../edge/src/window/live-window.ts';
import { mediaPlaylist } from '../../../edge/src/window/media-playlist.ts';
import { multivariantPlaylist } from '../../../edge/src/window/multivariant-playlist.ts';
import type { RenditionWindow } from '../../../edge/src/window/rendition-window.ts';
import { WindowError } from '../../../edge/src/window/window-error.ts';
import { endTicks } from '../../../edge/src/window/window-segment.ts';
import { type FuzzTarget, mustHold } from '../fuzz-target.ts';

const INPUT_BYTES_MAX = 4_096;
/** One announcement, or something else that happens, is made of so many bytes. */
const STEP_BYTES = 4;
const DVR_WINDOW_S = 30;
const BROADCAST_ID = BroadcastId.parse('0123456789abcdef');
/**
 * Rules that only a node can keep, and whose breach harms the viewers of its own broadcast alone: how long parts are,
 * where keyframes lie, and a window of nothing but scraps.
 */
const UP_TO_THE_NODE: ReadonlySet<string> = new Set(['A1.7', 'A1.13', 'A1.15', 'A1.18']);
const broadcast = new TestBroadcast();

/** One after the other, with the numbers of the bytes. */
type Step = { readonly what: number; readonly which: number; readonly how: number; readonly howMuch: number };

/**
 * The edge's live window under announcements of any kind: throws WindowError and nothing else; announcing one by one
 * or all at once is the same, and so is a restart in between; what it lists is always a lawful playlist.
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
    ],
    inputBytesMax: INPUT_BYTES_MAX,
    generate: (random) =>
      Uint8Array.from({ length: STEP_BYTES * (1 + random.below(300)) }, (_, at) =>
        at % STEP_BYTES === 0 && !random.oneIn(5) ? 0 : random.u32() & 0xff,
      ),
    run: (input) => new WindowRun(input).run(),
  };
}

class WindowRun {
  readonly #input: Uint8Array;
  readonly #outcomes = new Set<string>();
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
    if (step.what % 16 === 14) this.#restart();
    else if (step.what === 255) this.#end();
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
      const part = nextPart(own);
      const changed = { ...part, ...changeOf(part, { what, which, how, howMuch }) };
      const read = PartAnnounced.safeParse(changed);
      return read.success ? [read.data, ...(howMuch % 8 === 7 ? [read.data] : [])] : [];
    });
  }

  #restart(): void {
    const states = new Map([...this.#window.renditions].map(([id, own]) => [id, structuredClone(own.state())]));
    const isEnded = this.#window.isEnded;
    this.#window = new LiveWindow({ description: this.#window.description, dvrWindowS: DVR_WINDOW_S, states });
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
      mustHold(own.segments.length <= segmentsMax, 'there is no end of segments');
      const { violations } = checkMediaPlaylist(mediaPlaylist(this.#window, own));
      const first = violations.find(({ rule }) => !UP_TO_THE_NODE.has(rule));
      mustHold(first === undefined, `a playlist breaks ${JSON.stringify(first)}`);
    }
  }
}

/** The part that is expected, right in everything. */
function nextPart(own: RenditionWindow): PartAnnounced {
  const { msn, partIndex } = own.next;
  const last = own.segments.at(-1);
  const template = broadcast.part((msn - 1) * broadcast.grid.partsPerSegment + partIndex, own.rendition.id);
  return { ...template, msn, partIndex, startTicks: last === undefined ? template.startTicks : endTicks(last) };
}

/** What is wrong with it, or unusual. */
function changeOf(part: PartAnnounced, { what, how, howMuch }: Step): Partial<PartAnnounced> {
  switch (what % 16) {
    case 1:
      return { isGap: true, sizeBytes: 0 };
    case 2:
      return { isLastOfSegment: how % 2 === 0 };
    case 3:
      return { durationTicks: 1 + how * howMuch };
    case 4:
      return { durationTicks: 1, isLastOfSegment: true };
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

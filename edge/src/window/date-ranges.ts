import type { DateRangeAnnounced } from '@sluice/contracts';
import { attributeList, quoted } from './hls-values.ts';
import type { DateRange, DateRangesState } from './window-state.ts';

/** Listed at once. They may not leave before their media does, so beyond it new ones are not listed at all. */
export const DATE_RANGES_MAX = 64;

export interface DateRangesOptions {
  /** Of delta updates. */
  readonly skipUntilS: number;
  readonly state?: DateRangesState | undefined;
}

/**
 * The date ranges of a broadcast (rfc8216bis §4.4.5.1). Time is where the playlists end: like segments, a tag is old
 * when the Skip Boundary is past it, so that every copy of the window writes the same delta updates.
 */
export class DateRanges {
  readonly #skipMs: number;
  #listed: readonly DateRange[];
  #removed: DateRangesState['removed'];

  constructor({ skipUntilS, state }: DateRangesOptions) {
    this.#skipMs = skipUntilS * 1_000;
    this.#listed = state?.listed ?? [];
    this.#removed = state?.removed ?? [];
  }

  /**
   * Takes what is new of one: that it is there, or that it has ended. `false`: nothing of it was.
   *
   * @param dateOf the playlists' date of a media time.
   */
  take(announced: DateRangeAnnounced, endMs: number, dateOf: (mediaMs: number) => number): boolean {
    const { class: className, startMs } = announced;
    const known = this.#listed.find((range) => range.class === className && range.startMs === startMs);
    const end = announced.endMs === undefined ? {} : { endDateMs: dateOf(announced.endMs) };
    if (known === undefined) {
      if (this.#listed.length >= DATE_RANGES_MAX) return false;
      const range = { class: className, startMs, startDateMs: dateOf(startMs), ...end, listedAtMs: endMs };
      this.#listed = [...this.#listed, range];
      return true;
    }
    // rfc8216bis §4.4.5.1: what a tag has said of a date range is never said otherwise.
    if (known.endDateMs !== undefined || announced.endMs === undefined) return false;
    const ended = { ...known, ...end, endListedAtMs: endMs };
    this.#listed = this.#listed.map((range) => (range === known ? ended : range));
    return true;
  }

  /** Removes those that lie before all media (rfc8216bis §6.2.1), and forgets those that every copy has lost by now. */
  removeBefore(firstDateMs: number, endMs: number): void {
    const isOver = ({ endDateMs }: DateRange) => endDateMs !== undefined && endDateMs < firstDateMs;
    const over = this.#listed.filter(isOver).map((range) => ({ id: idOf(range), removedAtMs: endMs }));
    if (over.length > 0) this.#listed = this.#listed.filter((range) => !isOver(range));
    this.#removed = [...this.#removed, ...over].filter(({ removedAtMs }) => !this.#isOld(removedAtMs, endMs));
  }

  /** None is listed, and of none it must be said that it was removed. */
  get isEmpty(): boolean {
    return this.#listed.length === 0 && this.#removed.length === 0;
  }

  /** Another array whenever it is not the same any more. */
  get listed(): readonly DateRange[] {
    return this.#listed;
  }

  /** A tag for each, and one more for each whose end came later. */
  tags(): string[] {
    return this.#listed.flatMap(tagsOf).map(({ text }) => text);
  }

  /** Only those that are not old: of a delta update that skips date ranges. */
  recentTags(endMs: number): string[] {
    const tags = this.#listed.flatMap(tagsOf);
    return tags.filter(({ listedAtMs }) => !this.#isOld(listedAtMs, endMs)).map(({ text }) => text);
  }

  /** IDs of those that were removed within the Skip Boundary. */
  get removedIds(): string[] {
    return this.#removed.map(({ id }) => id);
  }

  state(): DateRangesState {
    return { listed: [...this.#listed], removed: [...this.#removed] };
  }

  #isOld(atMs: number, endMs: number): boolean {
    return endMs - atMs > this.#skipMs;
  }
}

interface DateRangeTag {
  readonly text: string;
  readonly listedAtMs: number;
}

/** rfc8216bis §4.4.5.1: what comes to be known later is said in another tag with the same ID. */
function tagsOf(range: DateRange): DateRangeTag[] {
  const { listedAtMs, endListedAtMs } = range;
  if (endListedAtMs === undefined) return [{ text: tagOf(range), listedAtMs }];
  return [
    { text: tagOf({ ...range, endDateMs: undefined }), listedAtMs },
    { text: tagOf(range), listedAtMs: endListedAtMs },
  ];
}

function tagOf(range: DateRange): string {
  const { class: className, startDateMs, endDateMs } = range;
  const attributes = attributeList({
    ID: quoted(idOf(range)),
    CLASS: quoted(className),
    'START-DATE': quoted(new Date(startDateMs).toISOString()),
    'END-DATE': endDateMs === undefined ? undefined : quoted(new Date(endDateMs).toISOString()),
  });
  return `#EXT-X-DATERANGE:${attributes}`;
}

/** What began at another time has another ID, so none is ever used twice (rfc8216bis §6.2.1). */
function idOf({ class: className, startMs }: DateRange): string {
  return `${className}-${startMs}`;
}

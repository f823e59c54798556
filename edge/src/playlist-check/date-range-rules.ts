import { type Attributes, decimalValue, quotedValue } from './attribute-list.ts';
import type { ParsedDateRange, ParsedMediaPlaylist } from './parsed-playlist.ts';
import type { ViolationList } from './violation.ts';

/** The rules of EXT-X-DATERANGE within one playlist (rfc8216bis §4.4.5.1). */
export function checkDateRanges(playlist: ParsedMediaPlaylist, violations: ViolationList): void {
  const { dateRanges, segments, skip } = playlist;
  const hasDates = segments.some(({ programDateTimeMs }) => programDateTimeMs !== undefined);
  violations.expect(dateRanges.length === 0 || hasDates, 'A2.27', dateRanges[0] ?? 0, 'a date range and no date');
  const known = new Map<string, Map<string, string>>();
  for (const range of dateRanges) {
    const attributes = known.get(range.id);
    checkConsistency(range, attributes, violations);
    known.set(range.id, new Map([...(attributes ?? []), ...range.attributes]));
  }
  for (const { id, line } of dateRanges) checkDateRange(id, { line, attributes: known.get(id) }, violations);
  // The first tag of such a range may have been skipped.
  const isSkipping = skip?.removedDateRanges !== undefined;
  for (const { id, line } of dateRanges) {
    const hasStart = known.get(id)?.has('START-DATE') === true;
    violations.expect(hasStart || isSkipping, 'A2.27', line, `${id} has no START-DATE`);
  }
}

function checkConsistency(
  { id, line, attributes }: ParsedDateRange,
  before: Attributes | undefined,
  violations: ViolationList,
): void {
  for (const [name, value] of attributes) {
    const known = before?.get(name) ?? value;
    violations.expect(known === value, 'A2.27', line, `${name} of ${id} is ${value} and ${known}`);
  }
}

function checkDateRange(
  id: string,
  { line, attributes = new Map() }: { readonly line: number; readonly attributes: Attributes | undefined },
  violations: ViolationList,
): void {
  const [startMs, endMs] = [dateMs(attributes, 'START-DATE'), dateMs(attributes, 'END-DATE')];
  violations.expect(!Number.isNaN(startMs) && !Number.isNaN(endMs), 'A2.27', line, `${id} has a malformed date`);
  violations.expect((endMs ?? Infinity) >= (startMs ?? 0), 'A2.27', line, `${id} ends before it begins`);
  const isDuration = !attributes.has('DURATION') || decimalValue(attributes, 'DURATION') !== undefined;
  violations.expect(isDuration, 'A2.27', line, `${id} has a malformed DURATION`);
  if (!attributes.has('END-ON-NEXT')) return;
  const isLawful = attributes.has('CLASS') && !attributes.has('DURATION') && !attributes.has('END-DATE');
  violations.expect(isLawful, 'A2.27', line, `${id} has END-ON-NEXT without CLASS, or with an end`);
}

/** The rules of EXT-X-DATERANGE from one version to a later one (rfc8216bis §6.2.1). */
export function checkDateRangeSuccession(
  before: ParsedMediaPlaylist,
  after: ParsedMediaPlaylist,
  violations: ViolationList,
): void {
  const later = allAttributes(after);
  const firstMs = after.segments[0]?.programDateTimeMs ?? Number.NEGATIVE_INFINITY;
  for (const [id, attributes] of allAttributes(before)) {
    const now = later.get(id);
    if (now === undefined) {
      const isOver = endMsOf(attributes) < firstMs;
      violations.expect(isOver, 'A2.27', 0, `${id} is not listed any more, and its media is`);
      continue;
    }
    for (const [name, value] of attributes) {
      violations.expect(now.get(name) === value, 'A2.27', 0, `${name} of ${id} was ${value} and is ${now.get(name)}`);
    }
  }
}

/** What all tags of each date range say together. */
export function allAttributes({ dateRanges }: ParsedMediaPlaylist): Map<string, Map<string, string>> {
  const all = new Map<string, Map<string, string>>();
  for (const { id, attributes } of dateRanges) all.set(id, new Map([...(all.get(id) ?? []), ...attributes]));
  return all;
}

function endMsOf(attributes: Attributes): number {
  const durationS = decimalValue(attributes, 'DURATION');
  const startMs = dateMs(attributes, 'START-DATE') ?? 0;
  return dateMs(attributes, 'END-DATE') ?? (durationS === undefined ? Infinity : startMs + durationS * 1_000);
}

/** `undefined`: it is not there. NaN: it is no date. */
function dateMs(attributes: Attributes, name: string): number | undefined {
  return attributes.has(name) ? Date.parse(quotedValue(attributes, name) ?? '') : undefined;
}

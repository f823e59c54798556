import type { MsnSpan, SegmentRun } from '../window/segment-run.ts';
import type { RecordedRendition, Recording } from './recording.ts';

/**
 * How much of a recording nobody can see or hear, in milliseconds: where there is no picture at all, or no sound, though
 * there should be some.
 */
export function gapMs({ renditions, lead, timing }: Pick<Recording, 'renditions' | 'lead' | 'timing'>): number {
  if (lead === undefined) return 0;
  const all = [...renditions.values()];
  const kinds = [...new Set(all.map(({ rendition }) => rendition.kind))];
  const lost = kinds.map((kind) =>
    all
      .filter(({ rendition }) => rendition.kind === kind)
      .map(gapSpans)
      .reduce(inBoth),
  );
  const segments = lost.reduce(inEither).reduce((sum, { fromMsn, toMsn }) => sum + toMsn - fromMsn, 0);
  const { framesPerSegment, frameDurationTicks, videoTimescaleHz } = timing.grid;
  return Math.round((segments * framesPerSegment * frameDurationTicks * 1_000) / videoTimescaleHz);
}

function gapSpans({ archive }: RecordedRendition): MsnSpan[] {
  return archive.runs.filter(({ gapParts }) => gapParts.length > 0).map(spanOf);
}

function spanOf({ msn, count }: SegmentRun): MsnSpan {
  return { fromMsn: msn, toMsn: msn + count };
}

/** What two lists of spans have in common. Both are in order. */
function inBoth(ones: MsnSpan[], others: MsnSpan[]): MsnSpan[] {
  const common: MsnSpan[] = [];
  let [index, other] = [0, 0];
  for (;;) {
    const a = ones[index];
    const b = others[other];
    if (a === undefined || b === undefined) return common;
    const span = { fromMsn: Math.max(a.fromMsn, b.fromMsn), toMsn: Math.min(a.toMsn, b.toMsn) };
    if (span.fromMsn < span.toMsn) common.push(span);
    if (a.toMsn <= b.toMsn) index += 1;
    else other += 1;
  }
}

/** What is in either, each segment once. */
function inEither(ones: MsnSpan[], others: MsnSpan[]): MsnSpan[] {
  const joined: MsnSpan[] = [];
  for (const span of [...ones, ...others].sort((a, b) => a.fromMsn - b.fromMsn)) {
    const last = joined.at(-1);
    if (last === undefined || span.fromMsn > last.toMsn) joined.push(span);
    else joined[joined.length - 1] = { fromMsn: last.fromMsn, toMsn: Math.max(last.toMsn, span.toMsn) };
  }
  return joined;
}

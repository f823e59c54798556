import { ExportError } from './export-error.ts';
import type { ExportSource } from './export-source.ts';
import { exportSteps } from './export-steps.ts';
import { Movie } from './movie.ts';
import { ReadAhead } from './read-ahead.ts';
import { segmentBytes } from './segment-bytes.ts';

/**
 * A recording as an ordinary MP4 file, from its first byte to its last. It reads when it is asked for more, and not before;
 * whoever stops asking ends it (`return`). Nothing comes before the first segment and its init segment have been opened.
 * Throws ExportError and StoreError.
 */
export async function* exportBytes(source: ExportSource): AsyncGenerator<Uint8Array, void, void> {
  const { reader, startedAtMs } = source;
  const movie = new Movie({ createdAtMs: startedAtMs });
  const ahead = new ReadAhead(exportSteps(source), reader);
  let hasBegun = false;
  try {
    await ahead.begin();
    for (let step = await ahead.next(); step !== undefined; step = await ahead.next()) {
      if (step.kind === 'end') {
        if (!hasBegun) throw new ExportError('nothing-to-export', 'no segment has media');
        yield* movie.finish(step.endTicks);
        continue;
      }
      if (!hasBegun) yield* movie.begin();
      hasBegun = true;
      const { segment, opened, ...placed } = step;
      yield* movie.openSegment({ ...placed, durationTicks: segment.durationTicks, sizeBytes: opened.sizeBytes });
      for await (const bytes of segmentBytes(reader, segment, opened)) {
        yield* movie.push(bytes);
      }
      yield* movie.closeSegment();
    }
  } finally {
    await ahead.close();
  }
}

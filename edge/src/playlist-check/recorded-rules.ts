import type { ParsedMediaPlaylist } from './parsed-playlist.ts';
import type { ViolationList } from './violation.ts';

/** The rules C80 of docs/HLS-RULES.md: what never changes again has nothing that is for reloading it. */
export function checkRecorded(playlist: ParsedMediaPlaylist, violations: ViolationList): void {
  const { isEnded, serverControl, partTargetS, segments, hints, reports, skip, discontinuitySequence } = playlist;
  violations.expect(isEnded, 'C80', 0, 'EXT-X-PLAYLIST-TYPE:VOD without EXT-X-ENDLIST');
  violations.expect(serverControl === undefined && skip === undefined, 'C80', 0, 'a recording that can be reloaded');
  const hasParts = partTargetS !== undefined || segments.some(({ parts }) => parts.length > 0);
  violations.expect(!hasParts, 'C80', 0, 'parts of a recording');
  violations.expect(hints.length + reports.length === 0, 'C80', 0, 'hints or reports of a recording');
  violations.expect(segments.length > 0, 'C80', 0, 'a recording of nothing');
  violations.expect(discontinuitySequence === 0, 'C80', 0, 'discontinuities of a recording are counted from 0');
  const [first] = segments;
  violations.expect((first?.discontinuityNumber ?? 0) === 0, 'C80', first ?? 0, 'a discontinuity before all media');
}

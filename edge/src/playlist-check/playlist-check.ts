import { checkMediaRules } from './media-rules.ts';
import { parseMediaPlaylist } from './parse-media-playlist.ts';
import type { ParsedMediaPlaylist } from './parsed-playlist.ts';
import type { Violation } from './violation.ts';

/**
 * A strict checker of playlists, independent of the code that writes them. It runs anywhere: in the edge's own tests,
 * and over playlists captured from a running system. Rules are numbered as in docs/SPECS.md.
 */
export { decimalValue, quotedValue } from './attribute-list.ts';
export { checkMultivariantPlaylist, type MultivariantCheck } from './multivariant-rules.ts';
export type {
  ParsedDateRange,
  ParsedMediaPlaylist,
  ParsedPart,
  ParsedReport,
  ParsedSegment,
  ParsedSkip,
} from './parsed-playlist.ts';
export { checkPresentation, type Presentation } from './presentation-rules.ts';
export { appliedDelta, checkDelta } from './skip-rules.ts';
export { checkSuccession } from './succession-rules.ts';
export type { Violation } from './violation.ts';

export interface MediaPlaylistCheck {
  readonly playlist: ParsedMediaPlaylist;
  readonly violations: readonly Violation[];
}

/** Reads one media playlist and lists the rules it breaks by itself; an empty list is a good playlist. */
export function checkMediaPlaylist(text: string): MediaPlaylistCheck {
  const { playlist, violations } = parseMediaPlaylist(text);
  checkMediaRules(playlist, violations);
  return { playlist, violations: violations.found };
}

import type { Capture } from './capture.ts';
import { checkDecoding } from './check-decoding.ts';
import { checkRendition, type Violation } from './check-media.ts';
import { checkPlaylistHistory } from './check-playlists.ts';
import { gridOf, renditionName } from './rendition-view.ts';

/** One line of the result: what was looked at of a rendition. */
export interface RenditionResult {
  readonly name: string;
  /** As FFmpeg names it. */
  readonly format: string;
  readonly playlistCount: number;
  readonly segmentCount: number;
  readonly partCount: number;
  readonly frameCount: number;
  readonly violations: readonly Violation[];
}

/** Runs every check over a capture. Rejects only when there is nothing to check. */
export async function checkCapture(capture: Capture): Promise<RenditionResult[]> {
  const grid = gridOf(capture);
  const playlistUrls = capture.renditions.map(({ playlistUrl }) => playlistUrl);
  const results: RenditionResult[] = [];
  for (const rendition of capture.renditions) {
    const media = checkRendition(rendition, capture, grid);
    const history = checkPlaylistHistory(rendition, playlistUrls);
    const decoding = await checkDecoding(rendition);
    results.push({
      name: renditionName(rendition),
      format: decoding.format,
      playlistCount: rendition.versions.length,
      segmentCount: media.segmentCount,
      partCount: media.partCount,
      frameCount: decoding.frameCount,
      violations: [...media.violations, ...history, ...decoding.violations],
    });
  }
  return results;
}

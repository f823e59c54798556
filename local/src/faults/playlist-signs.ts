import { attributesOf, mediaPlaylistUris } from '../capture/playlist-view.ts';

/** What one version of a media playlist shows of things that went wrong. Segments and parts by their URIs. */
export interface PlaylistSigns {
  readonly gapSegments: readonly string[];
  readonly gapParts: readonly string[];
  /** URIs of what follows a discontinuity. */
  readonly discontinuities: readonly string[];
  readonly discontinuitySequence: number;
  readonly maps: readonly string[];
  readonly isEnded: boolean;
}

/** Reads the signs out of a media playlist. Pure. */
export function playlistSigns(text: string): PlaylistSigns {
  const gapSegments: string[] = [];
  const gapParts: string[] = [];
  const discontinuities: string[] = [];
  const maps: string[] = [];
  let discontinuitySequence = 0;
  const open = { isGap: false, isDiscontinuity: false };
  for (const line of text.split('\n')) {
    if (line === '#EXT-X-GAP') open.isGap = true;
    else if (line === '#EXT-X-DISCONTINUITY') open.isDiscontinuity = true;
    else if (line.startsWith('#EXT-X-DISCONTINUITY-SEQUENCE:')) discontinuitySequence = Number(line.split(':')[1]);
    else if (line.startsWith('#EXT-X-MAP:')) maps.push(attributesOf(line).get('URI') ?? '');
    else if (line.startsWith('#EXT-X-PART:')) {
      const attributes = attributesOf(line);
      if (attributes.get('GAP') === 'YES') gapParts.push(attributes.get('URI') ?? '');
    } else if (line !== '' && !line.startsWith('#')) {
      if (open.isGap) gapSegments.push(line);
      if (open.isDiscontinuity) discontinuities.push(line);
      Object.assign(open, { isGap: false, isDiscontinuity: false });
    }
  }
  if (open.isDiscontinuity) discontinuities.push('(the open segment)');
  const isEnded = text.includes('#EXT-X-ENDLIST');
  return { gapSegments, gapParts, discontinuities, discontinuitySequence, maps, isEnded };
}

/** The broadcast that a multivariant playlist is of: `{broadcastId}/{rendition}.m3u8`. */
export function broadcastIdOf(multivariant: string): string | undefined {
  return mediaPlaylistUris(multivariant)[0]?.split('/').at(-2);
}

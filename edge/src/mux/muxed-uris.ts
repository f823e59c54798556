import { type MediaUris, RELATIVE_URIS } from '../window/media-uris.ts';
import type { RenditionView } from '../window/rendition-view.ts';
import { muxedInitFileName } from './muxed-file.ts';
import { initVersionsOf } from './muxed-segment.ts';
import { MuxedWindow } from './muxed-window.ts';

/** Always the edge's own: there is nothing under these names in the bucket. */
const MUXED_URIS: MediaUris = {
  ...RELATIVE_URIS,
  name: 'muxed',
  init: (renditionId, initVersion) => `${renditionId}/${muxedInitFileName(initVersionsOf(initVersion))}`,
};

/** How a rendition's playlist writes them, relative to itself. */
export function urisOf(rendition: RenditionView): MediaUris {
  return rendition instanceof MuxedWindow ? MUXED_URIS : RELATIVE_URIS;
}

import { noPicture } from '../../generated/pages.ts';
import { cacheControl } from '../http/cache-control.ts';
import { IMAGE_CONTENT_TYPE } from '../media/read-image.ts';

let decoded: Uint8Array<ArrayBuffer> | undefined;

/** The image that stands for a channel of which there is none, for as long as a thumbnail would be kept. */
export function noPictureAnswer(): Response {
  decoded ??= Uint8Array.from(atob(noPicture), (character) => character.charCodeAt(0));
  return new Response(decoded, {
    headers: {
      'content-type': IMAGE_CONTENT_TYPE,
      'content-length': String(decoded.byteLength),
      'cache-control': cacheControl({ kind: 'thumbnail' }),
    },
  });
}

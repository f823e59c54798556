import { gzipSync } from 'node:zlib';

/**
 * The bytes as a gzip file (RFC 1952), made once for all that they are sent to with `encodeBody: 'manual'`. For a
 * playlist of 3 kB that is some 50 µs; a CompressionStream takes 0.2 to 0.4 ms.
 */
export function gzip(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return gzipSync(bytes);
}

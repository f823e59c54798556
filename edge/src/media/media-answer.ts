import { cacheControl } from '../http/cache-control.ts';
import { problem } from '../http/problem.ts';
import type { MediaBytes } from './media-bytes.ts';

export interface MediaAnswerOptions {
  readonly contentType: string;
  readonly etag: string;
}

/** Media as an answer: 200, 206 (RFC 9110 §15.3.7) or 416 (§15.5.17). */
export function mediaAnswer(bytes: MediaBytes, { contentType, etag }: MediaAnswerOptions): Response {
  const { sizeBytes } = bytes;
  if (bytes.kind === 'out-of-range') {
    return problem('range-not-satisfiable', `The file has ${sizeBytes} bytes.`, {
      'content-range': `bytes */${sizeBytes}`,
    });
  }
  const { range, body } = bytes;
  const headers = new Headers({
    ...validators(etag),
    'content-type': contentType,
    'content-length': String(range?.lengthBytes ?? sizeBytes),
    'accept-ranges': 'bytes',
  });
  if (range === undefined) return new Response(body, { headers });
  const lastByte = range.offsetBytes + range.lengthBytes - 1;
  headers.set('content-range', `bytes ${range.offsetBytes}-${lastByte}/${sizeBytes}`);
  return new Response(body, { status: 206, headers });
}

/**
 * A segment that is being made, as an answer: 200 without a length, for nobody knows it. A range that was asked for is
 * ignored, as it may be (RFC 9110 §14.2).
 */
export function openSegmentAnswer(
  body: ReadableStream<Uint8Array> | null,
  { contentType, etag }: MediaAnswerOptions,
): Response {
  return new Response(body, { headers: { ...validators(etag), 'content-type': contentType } });
}

/** A `styp` box (ISO/IEC 14496-12 §8.16.2) of brand `cmfs`, and no samples. */
const EMPTY_SEGMENT = [0, 0, 0, 16, 0x73, 0x74, 0x79, 0x70, 0x63, 0x6d, 0x66, 0x73, 0, 0, 0, 0] as const;

/**
 * A segment of which there is nothing. Not to be cached: the same address without its query may have something.
 */
export function emptySegmentAnswer(contentType: string): Response {
  return new Response(new Uint8Array(EMPTY_SEGMENT), {
    headers: {
      'content-type': contentType,
      'content-length': String(EMPTY_SEGMENT.length),
      'cache-control': cacheControl({ kind: 'never' }),
    },
  });
}

/** The client has it already (RFC 9110 §15.4.5). */
export function notModifiedAnswer(etag: string): Response {
  return new Response(null, { status: 304, headers: validators(etag) });
}

function validators(etag: string): Record<string, string> {
  return { etag, 'cache-control': cacheControl({ kind: 'media' }) };
}

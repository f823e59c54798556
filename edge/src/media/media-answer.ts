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
  const { range, stream } = bytes;
  const headers = new Headers({
    ...validators(etag),
    'content-type': contentType,
    'content-length': String(range?.lengthBytes ?? sizeBytes),
    'accept-ranges': 'bytes',
  });
  if (range === undefined) return new Response(stream, { headers });
  const lastByte = range.offsetBytes + range.lengthBytes - 1;
  headers.set('content-range', `bytes ${range.offsetBytes}-${lastByte}/${sizeBytes}`);
  return new Response(stream, { status: 206, headers });
}

/** The client has it already (RFC 9110 §15.4.5). */
export function notModifiedAnswer(etag: string): Response {
  return new Response(null, { status: 304, headers: validators(etag) });
}

function validators(etag: string): Record<string, string> {
  return { etag, 'cache-control': cacheControl({ kind: 'media' }) };
}

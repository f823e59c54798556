import type { z } from 'zod';
import { parse } from './parse.ts';
import { Refusal } from './refusal.ts';

/** The largest honest request is a renewal: a grant of 4 KiB and some names. Batches name a larger limit. */
export const BODY_BYTES_MAX = 16 * 1024;

/** The type of a JSON body (RFC 8259 §11). */
export const JSON_TYPE = /^application\/json\s*(;|$)/i;

/** A request's JSON body, read no further than its limit and checked. Throws Refusal. */
export async function readJson<T extends z.ZodType>(
  request: Request,
  schema: T,
  bodyBytesMax = BODY_BYTES_MAX,
): Promise<z.output<T>> {
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) {
    throw new Refusal('media-type-unsupported', 'Send a JSON body with content-type: application/json.');
  }
  return parse(schema, parseText(await readText(request, bodyBytesMax)), 'The body');
}

async function readText(request: Request, bytesMax: number): Promise<string> {
  refuseAbove(bytesMax, Number(request.headers.get('content-length') ?? 0));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let sizeBytes = 0;
  let text = '';
  try {
    for await (const chunk of request.body ?? []) {
      sizeBytes += chunk.byteLength;
      refuseAbove(bytesMax, sizeBytes);
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('request-invalid', 'The body was cut off or is not UTF-8.');
  }
}

function refuseAbove(bytesMax: number, sizeBytes: number): void {
  if (sizeBytes <= bytesMax) return;
  throw new Refusal('request-too-large', `This request has at most ${bytesMax} bytes.`);
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may hold a key.
    throw new Refusal('request-invalid', 'The body is not JSON.');
  }
}

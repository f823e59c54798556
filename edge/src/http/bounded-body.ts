export type BytesRead =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'cut-off' };

export type BodyRead =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'not-json' };

/** Reads a request's body, and no more of it than `sizeBytesMax`, whatever its Content-Length says. */
export async function readBoundedBytes(request: Request, sizeBytesMax: number): Promise<BytesRead> {
  if (Number(request.headers.get('content-length') ?? 0) > sizeBytesMax) return { kind: 'too-large' };
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > sizeBytesMax) return { kind: 'too-large' };
      chunks.push(chunk);
    }
  } catch {
    return { kind: 'cut-off' };
  }
  const bytes = new Uint8Array(sizeBytes);
  let filledBytes = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, filledBytes);
    filledBytes += chunk.byteLength;
  }
  return { kind: 'bytes', bytes };
}

/** The same of a body that is JSON (RFC 8259 §8.1: UTF-8). */
export async function readBoundedJson(request: Request, sizeBytesMax: number): Promise<BodyRead> {
  const read = await readBoundedBytes(request, sizeBytesMax);
  if (read.kind === 'too-large') return read;
  // Cut off, not UTF-8 or not JSON: for the sender it is all the same.
  if (read.kind === 'cut-off') return { kind: 'not-json' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(read.bytes);
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return { kind: 'not-json' };
  }
}
